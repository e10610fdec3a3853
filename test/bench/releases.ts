import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { makeFolder, removeFolders } from '../support/folders';
import { dockerfileOf } from './dockerfiles';
import { type Measurement, median, milliseconds, timed } from './measurement';
import { previousRelease } from './previous-release';

const FILES = 1000;
const LINES = 40;
const ROUNDS = 3;

const program = join(__dirname, '../../dist/cli.js');

/**
 * `plimsoll check` over a thousand projects, each with a Dockerfile, requirements and some code, by this release and the
 * one before it, in turns: the ratio holds on every machine.
 */
export async function releases(): Promise<readonly Measurement[]> {
  const folder = makeFolder(projects());
  const previous = previousRelease();
  const earlier = 'program' in previous ? previous.program : undefined;
  const own: number[] = [];
  const before: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    own.push(await timed(() => check(program, folder)));
    if (earlier) before.push(await timed(() => check(earlier, folder)));
  }
  removeFolders();
  const title = `plimsoll check, ${FILES} projects, ${ruleCount(program)} rules`;
  const figures = [{ title, figure: perFile(median(own)) }];
  if (!earlier) {
    const reason = 'missing' in previous ? previous.missing : '';
    return [...figures, { title: `${previous.name} is not measured: ${reason}`, figure: '' }];
  }
  return [
    ...figures,
    {
      title: `the same with ${previous.name}, ${ruleCount(earlier)} rules`,
      figure: perFile(median(before)),
    },
    {
      title: `time as a multiple of ${previous.name}`,
      figure: `${(median(own) / median(before)).toFixed(2)}×`,
    },
    {
      title: 'the same for each rule',
      figure: `${((median(own) / median(before)) * (ruleCount(earlier) / ruleCount(program))).toFixed(2)}×`,
    },
  ];
}

function projects(): Record<string, string> {
  const files: Record<string, string> = {};
  const dockerfile = dockerfileOf(LINES);
  for (let index = 0; index < FILES; index++) {
    files[`service-${index}/Dockerfile`] = dockerfile.replaceAll('/app', `/app${index}`);
    for (const stage of [0, 1, 2])
      files[`service-${index}/requirements${stage}.txt`] = 'flask==3.0.3\nrequests\n';
    files[`service-${index}/app/main.py`] = 'import flask\n';
  }
  return files;
}

function check(cli: string, folder: string): void {
  const { status, stderr } = spawnSync(process.execPath, [cli, 'check', '--format', 'json'], {
    cwd: folder,
    maxBuffer: 1e9,
    encoding: 'utf8',
  });
  // 1: there are findings.
  if (status !== 1) throw new Error(`${cli} ended with ${status}\n${stderr}`);
}

function perFile(total: number): string {
  return `${milliseconds(total / FILES)} a file, ${(FILES / (total / 1000)).toFixed(0)} files/s`;
}

function ruleCount(cli: string): number {
  const out = execFileSync(process.execPath, [cli, 'rules', '--format', 'json'], { encoding: 'utf8' });
  return (JSON.parse(out) as { rules: unknown[] }).rules.length;
}
