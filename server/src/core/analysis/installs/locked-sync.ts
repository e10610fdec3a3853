import type { Dockerfile, Run } from '../../dockerfile/model';
import { runCommands } from '../../dockerfile/query';
import { lineage } from '../../dockerfile/stage-graph';
import { stateBefore } from '../../dockerfile/stage-state';
import { inWorkspace } from '../../project/context-needs';
import type { WorkspaceFacts } from '../../project/workspace';
import type { Option } from '../../shell/options';
import { pipInstall } from '../../shell/pip';
import { type UvCommand, uvCommand } from '../../shell/uv';
import { type Edit, insert } from '../../text/edit';
import { withoutTrailing } from '../../text/ends';
import { textAt } from '../../text/span';
import { type UvEnvironment, uvEnvironment } from './uv-environment';
import { type ProjectLock, projectLock, uvProject } from './uv-lock';

/** A `uv pip install` of a project whose lock file it does not read. */
export interface UnlockedInstall {
  readonly uv: UvCommand;
  readonly lock: ProjectLock;
  /** The project itself is installed too, as `.` or `-e .`. */
  readonly project: 'no' | 'package' | 'editable';
  readonly extras: readonly string[];
}

/** Reads `uv pip install -r pyproject.toml`, `uv pip install .[web]`, `uv pip sync pyproject.toml` beside a lock file. */
export function unlockedInstall(
  file: Dockerfile,
  run: Run,
  uv: UvCommand,
  workspace: WorkspaceFacts,
): UnlockedInstall | undefined {
  if (uv.verb !== 'pip install' && uv.verb !== 'pip sync') return undefined;
  if (uv.line.options.some(it => it.name === '--no-deps')) return undefined;
  const named = [...uv.requirements, ...(uv.verb === 'pip sync' ? uv.operands : [])];
  const fromFile = named.find(word => word.literal && /(^|\/)pyproject\.toml$/.test(word.text));
  if (fromFile) {
    const lock = projectLock(file, run, fromFile.text, workspace);
    return lock && { uv, lock, project: 'no', extras: [] };
  }
  if (uv.verb === 'pip sync') return undefined;
  const editable = uv.line.options.find(it => it.name === '-e' || it.name === '--editable')?.value;
  const folder = [editable, ...uv.operands.map(word => word.text)].flatMap(
    text => projectFolder(text) ?? [],
  )[0];
  const lock = folder && projectLock(file, run, `${folder.path}/pyproject.toml`, workspace);
  if (!folder || !lock) return undefined;
  return { uv, lock, project: editable === undefined ? 'package' : 'editable', extras: folder.extras };
}

/** `.`, `./api[web,db]`, `/app`: a folder of the image with a project in it. */
export function projectFolder(
  text: string | undefined,
): { readonly path: string; readonly extras: readonly string[] } | undefined {
  const match = /^(\.{1,2}(?:\/[\w./-]*)?|\/[\w./-]+)(?:\[([\w\s,.-]+)\])?$/.exec(text ?? '');
  if (!match || /\.(whl|zip|tgz|gz|txt)$/.test(match[1] ?? '')) return undefined;
  return { path: match[1] ?? '.', extras: match[2]?.split(',').map(it => it.trim()) ?? [] };
}

/** A `uv sync` that installs the same from the lock file, into the same place. */
export interface LockedSync {
  /** Shell text instead of the whole command. */
  readonly text: string;
  /** What brings the lock file, where it is not there yet. */
  readonly lockCopy: readonly Edit[];
}

/** @returns undefined where it might install something else, or into another place */
export function lockedSync(
  file: Dockerfile,
  run: Run,
  install: UnlockedInstall,
  workspace: WorkspaceFacts,
): LockedSync | undefined {
  const { uv, lock } = install;
  const environment = uvEnvironment(file, run, uv);
  const lockCopy = bringLock(file, lock);
  const project = projectOptions(install, workspace);
  const kept = keptOptions(file, uv);
  if (!environment || !lockCopy || !project || !kept || !isPlain(file, run, install)) return undefined;
  const inexact = environment.kind === 'system' || hasOtherInstalls(file, run, uv) ? ['--inexact'] : [];
  const words = ['uv', 'sync', '--frozen', '--no-dev', ...inexact, ...project, ...kept];
  const place = placeOf(file, run, environment, lock);
  return { text: [...place, ...words].join(' '), lockCopy };
}

function isPlain(file: Dockerfile, run: Run, { uv, lock }: UnlockedInstall): boolean {
  const { command } = uv;
  const others = [...uv.requirements, ...uv.operands].length;
  return (
    run.form !== 'exec' &&
    !run.script.broken &&
    others <= 1 &&
    uv.constraints.length === 0 &&
    command.wrappers.length === 0 &&
    command.redirects.length === 0 &&
    command.assignments.length === 0 &&
    lock.folder === (withoutTrailing(stateBefore(file, run).workdir ?? '', '/') || '/') &&
    !file.comments.some(it => it.span.start < command.span.end && command.span.start < it.span.end)
  );
}

/** Without `--no-install-project` uv installs what is a package, and nothing else. */
function projectOptions(
  { project, extras, lock }: UnlockedInstall,
  workspace: WorkspaceFacts,
): string[] | undefined {
  const { context, texts } = workspace;
  const text = context && texts.get(inWorkspace(context, lock.project));
  if (text === undefined) return undefined;
  const { isPackage, hasLocalDependencies } = uvProject(text);
  if (hasLocalDependencies || (project !== 'no' && !isPackage)) return undefined;
  const chosen = extras.map(extra => `--extra ${extra}`);
  if (project === 'no') return ['--no-install-project', ...chosen];
  return project === 'package' ? ['--no-editable', ...chosen] : chosen;
}

/** Say where from or where to: the lock file and the environment do that now. */
const DROPPED = ['-r', '--requirement', '--requirements', '-e', '--editable', '--system', '-p', '--python'];
const MEAN_THE_SAME = [
  ...['--no-cache', '-n', '--cache-dir', '--link-mode', '--compile-bytecode', '--compile', '-q', '--quiet'],
  ...['-v', '--verbose', '--no-progress', '--native-tls', '--extra', '--all-extras', '--color', '--group'],
];
const SAME_UNDER: Readonly<Partial<Record<string, string>>> = {
  '--no-cache-dir': '--no-cache',
  '--compile': '--compile-bytecode',
};

/** The options that `uv sync` has too; undefined where one of the others is there. */
function keptOptions(file: Dockerfile, { line }: UvCommand): string[] | undefined {
  const options = line.options.filter(it => !DROPPED.includes(it.name));
  if (options.some(it => !isKnown(it))) return undefined;
  return options.map(option => {
    const name = SAME_UNDER[option.name] ?? option.name;
    const { valueWord } = option;
    if (!valueWord) return name;
    return valueWord === option.word
      ? textAt(file.text, valueWord.span)
      : `${name} ${textAt(file.text, valueWord.span)}`;
  });
}

function isKnown({ name, value }: Option): boolean {
  return (
    [...MEAN_THE_SAME, '--no-cache-dir'].includes(name) && !(name === '--group' && /:/.test(value ?? ''))
  );
}

/** `uv sync` takes what is not locked out of the environment, unless it is told to leave it. */
function hasOtherInstalls(file: Dockerfile, run: Run, uv: UvCommand): boolean {
  const stage = file.stages[run.stage];
  if (!stage) return true;
  return runCommands(lineage(file, stage)).some(({ command }) => {
    if (command.span.start >= uv.command.span.start) return false;
    const other = uvCommand(command);
    if (other) return /^(pip (install|sync)|add|sync)$/.test(other.verb);
    return pipInstall(command)?.packages.some(it => !/^(pip|setuptools|wheel|uv)\b/.test(it.text)) ?? false;
  });
}

/** `uv sync` has its environment beside the project unless a variable says where. */
function placeOf(file: Dockerfile, run: Run, environment: UvEnvironment, lock: ProjectLock): string[] {
  const own = stateBefore(file, run).env.get('UV_PROJECT_ENVIRONMENT');
  const folder = lock.folder === '/' ? '' : lock.folder;
  const without = own ?? `${folder}/.venv`;
  return without === environment.folder ? [] : [`UV_PROJECT_ENVIRONMENT=${environment.folder}`];
}

function bringLock(
  file: Dockerfile,
  { lock, lockComes, projectCopy, project }: ProjectLock,
): Edit[] | undefined {
  if (lockComes !== 'missing') return [];
  if (!projectCopy?.intoFolder || projectCopy.copy.args.text.startsWith('[')) return undefined;
  const word = projectCopy.copy.sources.find(it => it.text.replace(/^\.?\//, '') === project);
  if (!word || textAt(file.text, word.span) !== word.text || !/^[\w./-]+$/.test(lock)) return undefined;
  return [insert(word.span.end, ` ${word.text.replace(/pyproject\.toml$/, 'uv.lock')}`)];
}
