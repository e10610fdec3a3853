import { stat } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { Command, Option } from 'commander';
import type { Project } from '../prove/proof';
import { untilStopped } from '../prove/stopping';
import { failures } from '../prove/summary';
import { EXIT, Misuse } from './exit';
import { formatProofJson, formatProofText } from './format/proof';
import { onUnread, print, warn } from './output';
import { collect } from './rule-selection';

interface ProveOptions {
  readonly convert?: string;
  readonly project?: string;
  readonly only?: string[];
  readonly format: 'text' | 'json';
}

export function proveCommand(): Command {
  return new Command('prove')
    .description('build and start a copy before and after all fixes (or one conversion), and compare')
    .argument('[path]', 'a folder, or the Dockerfile or Compose file to convert', '.')
    .option('--convert <id>', 'prove this conversion of the file instead of all fixes')
    .option('--project <folder>', "the folder of the build contexts, if it is not the file's own folder")
    .option('--only <name>', 'measure only this service or Dockerfile; may be repeated', collect)
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(prove);
}

async function prove(path: string, options: ProveOptions): Promise<void> {
  const target = await targetOf(path, options);
  const project = { ...target, ...(options.only ? { only: options.only } : {}) };
  const { prove: proveProject } = await import('../prove/proof');
  const proof = await untilStopped(signal => proveProject(project, warn, signal), onUnread);
  print(options.format === 'json' ? formatProofJson(proof) : formatProofText(proof));
  if (proof.units.length === 0) throw new Misuse('there is nothing to build or start');
  const failed = failures(proof).some(({ state }) => state === 'after');
  if (process.exitCode === undefined) process.exitCode = failed ? EXIT.findings : EXIT.ok;
}

async function targetOf(
  path: string,
  { convert, project }: ProveOptions,
): Promise<Pick<Project, 'folder' | 'change' | 'about'>> {
  const absolute = resolve(path);
  const what = await stat(absolute).catch(() => undefined);
  if (!what) throw new Misuse(`${path} cannot be read`);
  if (what.isDirectory()) {
    if (convert !== undefined) throw new Misuse('name the file to convert, not its folder');
    if (project !== undefined) throw new Misuse('--project only goes with a file: name a file');
    return { folder: absolute, change: { kind: 'fix' } };
  }
  const folder = project === undefined ? dirname(absolute) : resolve(project);
  const file = relative(folder, absolute).split(sep).join('/');
  if (file.startsWith('../')) throw new Misuse(`${path} is not in ${project}`);
  if (convert === undefined) return { folder, change: { kind: 'fix' }, about: file };
  return { folder, change: { kind: 'convert', conversion: convert, file }, about: file };
}
