import { uvEnvironment, venvAt } from '../../analysis/installs/uv-environment';
import { declineAt, isDeclined, type Outcome } from '../../decline';
import type { Dockerfile, Run, Stage } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { lineage } from '../../dockerfile/stage-graph';
import { stateBefore } from '../../dockerfile/stage-state';
import { expand } from '../../dockerfile/variables';
import type { Command } from '../../shell/command';
import { uvCommand } from '../../shell/uv';
import { activatedVenv, type VenvMade, venvMade, venvOfProgram } from '../../shell/venv';
import { withoutTrailing } from '../../text/ends';
import { folderAt } from './copied-files';
import { withKnownWords } from './known-words';
import { joinPath } from './paths';
import { makesVirtualEnvironment } from './run-roles';

/** A virtual environment that a stage makes itself, once. */
export interface OwnEnvironment {
  /** Absolute. */
  readonly folder: string;
  readonly made: VenvMade;
  readonly madeIn: Run;
}

/** The virtual environment that a stage makes; undefined where it makes none. */
export function ownEnvironment(file: Dockerfile, stage: Stage): Outcome<OwnEnvironment | undefined> {
  let found: OwnEnvironment | undefined;
  for (const run of ofKind(stage.instructions, 'RUN')) {
    for (const command of run.script.commands) {
      const one = madeBy(file, run, command);
      if (isDeclined(one)) return one;
      if (!one) continue;
      if (found) return declineAt(file, run, 'second-environment');
      found = one;
    }
  }
  return found;
}

function madeBy(file: Dockerfile, run: Run, command: Command): Outcome<OwnEnvironment | undefined> {
  const known = withKnownWords(command, run.script, stateBefore(file, run).env);
  const made = venvMade(known);
  if (!made) {
    if (!makesVirtualEnvironment(known)) return undefined;
    return declineAt(file, run, 'variable-environment');
  }
  if (command.scope !== 'script' || command.after === '||' || command.wrappers.length > 0)
    return declineAt(file, run, 'environment-in-script');
  const folder = placeOf(file, run, made.folder);
  if (folder === undefined) return declineAt(file, run, 'variable-environment');
  const option = specialOption(known);
  if (made.special || option !== undefined)
    return declineAt(file, run, 'environment-option', { option: option ?? 'its own options' });
  return { folder, made, madeIn: run };
}

function specialOption({ words }: Command): string | undefined {
  return words.find(word => /^--(system-site-packages|without-pip|no-pip|relocatable)$/.test(word.text))
    ?.text;
}

/** The folder that a RUN calls `path`, without any `..`. */
function placeOf(file: Dockerfile, run: Run, path: string): string | undefined {
  const found = venvAt(folderAt(file, run), path)?.folder;
  return found ? joinPath('/', found) : undefined;
}

/** Where a command that installs packages puts them: into the stage's own environment, or elsewhere. */
export function installsInto(
  file: Dockerfile,
  run: Run,
  command: Command,
  environment: OwnEnvironment,
): 'environment' | 'the Python of the image' | 'unknown' {
  const { folder, made } = environment;
  if (command.span.start < made.command.span.start) return 'the Python of the image';
  if (setsPath(run)) return 'unknown';
  if (command.name === 'uv') return uvInstallsInto(file, run, command, folder);
  // `uv venv` leaves pip out, so that the one that answers is that of the image.
  const hasPip = made.by !== 'uv' || made.command.words.some(word => word.text === '--seed');
  const called = venvOfProgram(command);
  if (called !== undefined) {
    if (/^\/usr(\/local)?$/.test(called)) return 'the Python of the image';
    return hasPip && placeOf(file, run, called) === folder ? 'environment' : 'unknown';
  }
  if (!hasPip && command.name.startsWith('pip')) return 'the Python of the image';
  const active = activeFolder(file, run, command);
  if (active !== undefined) return active === folder ? 'environment' : 'unknown';
  return isFirstOnPath(file, run, folder) ? 'environment' : 'the Python of the image';
}

function uvInstallsInto(file: Dockerfile, run: Run, command: Command, folder: string) {
  const uv = uvCommand(command);
  const target = uv && uvEnvironment(file, run, uv);
  if (target && joinPath('/', target.folder) === folder) return 'environment';
  return target?.kind === 'system' ? 'the Python of the image' : 'unknown';
}

/** True where Poetry or Pipenv find the environment to be the one around them. */
export function isActive(file: Dockerfile, run: Run, command: Command, { folder }: OwnEnvironment): boolean {
  const active = activeFolder(file, run, command) ?? stateBefore(file, run).env.get('VIRTUAL_ENV');
  return active !== undefined && withoutTrailing(active, '/') === folder;
}

/** The environment that the RUN has switched to by then. */
function activeFolder(file: Dockerfile, run: Run, command: Command): string | undefined {
  const { env } = stateBefore(file, run);
  const active = run.script.commands
    .filter(it => it.span.start < command.span.start)
    .flatMap(it => activatedVenv(withKnownWords(it, run.script, env)) ?? [])
    .at(-1);
  return active === undefined ? undefined : (placeOf(file, run, active) ?? '');
}

function setsPath({ script }: Run): boolean {
  return script.commands.some(
    ({ assignments, name, words }) =>
      assignments.some(it => it.name === 'PATH') ||
      (name === 'export' && words.some(word => word.text.startsWith('PATH='))),
  );
}

const PROGRAMS_OF_THE_IMAGE = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** True where the programs of a folder go before those of the image by the time of a RUN. */
function isFirstOnPath(file: Dockerfile, run: Run, folder: string): boolean {
  const stage = file.stages[run.stage];
  let first = false;
  const before = (stage ? lineage(file, stage) : []).reverse().flatMap(it => it.instructions);
  for (const env of ofKind(before, 'ENV')) {
    if (env.span.start > run.span.start) continue;
    const variables = stateBefore(file, env).env;
    for (const { name, value } of env.properties) {
      if (name.text !== 'PATH') continue;
      const parts = (value?.text ?? '')
        .split(':')
        .map(part => (isPath(part) ? part : (expand(part, variables) ?? part)));
      first = putsFirst(parts, `${folder}/bin`, first);
    }
  }
  return first;
}

/** What a PATH says of one of its folders, where `$PATH` stands for what the one of before said. */
function putsFirst(parts: readonly string[], folder: string, before: boolean): boolean {
  for (const part of parts) {
    if (withoutTrailing(part, '/') === folder) return true;
    if (isPath(part)) return before;
    if (PROGRAMS_OF_THE_IMAGE.includes(part)) return false;
  }
  return false;
}

function isPath(part: string): boolean {
  return part === '$PATH' || part === '${PATH}';
}
