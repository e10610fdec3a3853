import type { Dockerfile, Run } from '../../../dockerfile/model';
import { stateBefore } from '../../../dockerfile/stage-state';
import { imagePath } from '../../../project/copied-files';
import { isAccountCommand } from '../../../shell/accounts';
import { aptCommand } from '../../../shell/apt';
import { argumentsOf, type Command } from '../../../shell/command';
import { npmCommand, yarnCommand } from '../../../shell/node';
import { option, readCommandLine } from '../../../shell/options';
import { managerCommand } from '../../../shell/packages';
import { pipCommand } from '../../../shell/pip';
import { uvCommand } from '../../../shell/uv';

/** Where a command of a RUN writes, beside what belongs to the system. Paths are absolute. */
export interface MadeFiles {
  /** Folders that it makes and fills. */
  readonly trees: readonly string[];
  /** Folders that it makes and leaves empty. */
  readonly folders: readonly string[];
}

const NOTHING: MadeFiles = { trees: [], folders: [] };

/** Undefined if it is not known what the command writes. */
export function madeFiles(file: Dockerfile, run: Run, command: Command): MadeFiles | undefined {
  if (command.redirects.some(({ target }) => target && target.text !== '/dev/null')) return undefined;
  if (command.name === 'mkdir') return folders(file, run, command);
  const tree = treeOf(file, run, command);
  if (tree === 'unknown') return undefined;
  if (tree !== undefined) return { trees: [tree], folders: [] };
  return writesOnlySystemFiles(command) ? NOTHING : undefined;
}

/** True for what puts Python packages wherever the Python that runs it keeps them: into a virtualenv, if that is active. */
export function installsPythonPackages(command: Command): boolean {
  return pipCommand(command) !== undefined || ['uv', 'poetry', 'pipenv', 'pdm'].includes(command.name);
}

function folders(file: Dockerfile, run: Run, command: Command): MadeFiles | undefined {
  const line = readCommandLine(command.words.slice(1), { takesValue: ['-m', '--mode'] });
  const paths = line.operands.map(word => (word.literal ? absolute(file, run, word.text) : undefined));
  return paths.every(path => path !== undefined) ? { trees: [], folders: paths } : undefined;
}

/** The folder that the command fills; undefined where it fills none, `unknown` if it is not known which. */
function treeOf(file: Dockerfile, run: Run, command: Command): string | undefined {
  const relative = relativeTree(file, run, command);
  return relative === undefined ? undefined : (absolute(file, run, relative) ?? 'unknown');
}

function relativeTree(file: Dockerfile, run: Run, command: Command): string | undefined {
  const npm = npmCommand(command);
  if (npm && /^(ci|i|install|clean-install)$/.test(npm.verb))
    return isGlobal(npm.line.options) ? undefined : 'node_modules';
  const yarn = yarnCommand(command);
  if (yarn && /^(|install)$/.test(yarn.verb)) return 'node_modules';
  const pip = pipCommand(command);
  if (pip) return option(pip.line, '-t', '--target', '--prefix')?.value;
  return venvFolder(file, run, command);
}

function isGlobal(options: readonly { readonly name: string }[]): boolean {
  return options.some(({ name }) => name === '-g' || name === '--global');
}

function venvFolder(file: Dockerfile, run: Run, command: Command): string | undefined {
  const args = argumentsOf(command);
  if (/^python(\d(\.\d+)?)?$/.test(command.name) && args[0]?.text === '-m' && args[1]?.text === 'venv')
    return args.slice(2).findLast(word => !word.text.startsWith('-'))?.text;
  if (command.name === 'virtualenv') return args.findLast(word => !word.text.startsWith('-'))?.text;
  const uv = uvCommand(command);
  if (uv?.verb === 'venv') return uv.operands[0]?.text ?? '.venv';
  if (uv?.verb === 'sync') return stateBefore(file, run).env.get('UV_PROJECT_ENVIRONMENT') ?? '.venv';
  return undefined;
}

const HARMLESS = [
  ...[
    'set',
    'true',
    ':',
    'echo',
    'export',
    'printf',
    'test',
    '[',
    'rm',
    'ldconfig',
    'update-ca-certificates',
  ],
  ...['chown', 'chgrp', 'chmod', 'corepack', 'locale-gen'],
];

/** Packages of the system, users, caches: all in folders of the system. */
function writesOnlySystemFiles(command: Command): boolean {
  const { name } = command;
  if (HARMLESS.includes(name) || isAccountCommand(command)) return true;
  if (aptCommand(command) || managerCommand(command) || pipCommand(command)) return true;
  if (
    /^(pip (install|sync)|cache \w+|tool install|python install|venv|sync)$/.test(
      uvCommand(command)?.verb ?? '',
    )
  )
    return true;
  const args = argumentsOf(command).map(word => word.text);
  if (name === '.' || name === 'source') return /\/bin\/activate$/.test(args[0] ?? '');
  if (/^python(\d(\.\d+)?)?$/.test(name)) return args[0] === '-m' && args[1] === 'ensurepip';
  if (/^(npm|yarn|pnpm)$/.test(name))
    return /^(cache|config|global)$/.test(args[0] ?? '') || args.includes('-g');
  return name === 'pip' && /^(cache|config)$/.test(args[0] ?? '');
}

function absolute(file: Dockerfile, run: Run, path: string): string | undefined {
  const { workdir } = stateBefore(file, run);
  if (/[$`*?[~{]/.test(path)) return undefined;
  if (path.startsWith('/')) return imagePath('/', path);
  // Where the script goes elsewhere, nobody follows it.
  if (workdir === undefined || run.script.commands.some(({ name }) => name === 'cd' || name === 'pushd'))
    return undefined;
  return imagePath(workdir, path);
}
