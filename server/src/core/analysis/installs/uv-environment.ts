import { isOfficial } from '../../dockerfile/image-ref';
import type { Dockerfile, Run } from '../../dockerfile/model';
import { runCommands } from '../../dockerfile/query';
import { lineage, rootBase } from '../../dockerfile/stage-graph';
import { stateBefore } from '../../dockerfile/stage-state';
import { isSwitchedOn, optionValues, type UvCommand, uvOption } from '../../shell/uv';
import { activatedVenv, venvMade } from '../../shell/venv';
import { withoutTrailing } from '../../text/ends';

/** Where `uv pip install` puts packages. */
export interface UvEnvironment {
  readonly kind: 'system' | 'venv';
  /** Absolute. */
  readonly folder: string;
}

/**
 * The environment that uv puts packages into. `uv pip`: the system's Python where it is told so, else the active
 * virtual environment, else the `.venv` of its working folder. `uv sync`: the `.venv` beside the project, unless
 * `UV_PROJECT_ENVIRONMENT` says where.
 * Sources: https://docs.astral.sh/uv/pip/environments/#discovery-of-python-environments,
 * https://docs.astral.sh/uv/concepts/projects/config/#project-environment-path (November 2026)
 *
 * @returns undefined where nothing in the Dockerfile tells
 */
export function uvEnvironment(file: Dockerfile, run: Run, uv: UvCommand): UvEnvironment | undefined {
  const { env, workdir } = stateBefore(file, run);
  const assigned = (name: string) =>
    uv.command.assignments.find(it => it.name === name)?.value ?? env.get(name);
  const active = activatedBefore(run, uv) ?? assigned('VIRTUAL_ENV');
  if (uv.verb === 'sync') {
    const own = uvOption(uv, '--active') ? active : assigned('UV_PROJECT_ENVIRONMENT');
    return uvOption(uv, '--project', '--directory') ? undefined : venvAt(workdir, own ?? '.venv');
  }
  const python = optionValues(uv.line, '-p', '--python')[0]?.text;
  if (python !== undefined) return venv(workdir, python.replace(/\/bin\/python[\d.]*$/, ''));
  if (uvOption(uv, '--system') || isSwitchedOn(assigned('UV_SYSTEM_PYTHON'))) return systemOf(file, run);
  if (active !== undefined) return venvAt(workdir, active);
  return venvsBefore(file, run, uv).includes('.venv') ? venvAt(workdir, '.venv') : undefined;
}

function venv(workdir: string | undefined, path: string): UvEnvironment | undefined {
  // `3.12` and `python3.12` name an interpreter, not a folder.
  if (!/^[\w-]*[/.][\w./-]*$/.test(path) || /^(\d|python\d)/.test(path)) return undefined;
  return venvAt(workdir, path);
}

/** The folder of a virtual environment that a command of this working folder calls `path`. */
export function venvAt(workdir: string | undefined, path: string): UvEnvironment | undefined {
  if (!/^[\w./-]+$/.test(path)) return undefined;
  if (path.startsWith('/')) return { kind: 'venv', folder: withoutTrailing(path, '/') };
  if (workdir === undefined) return undefined;
  return {
    kind: 'venv',
    folder: `${workdir.replace(/\/$/, '')}/${withoutTrailing(path.replace(/^(\.\/)+/, ''), '/')}`,
  };
}

/** The images of Python itself are built into `/usr/local`; where others have theirs nobody knows. */
function systemOf(file: Dockerfile, run: Run): UvEnvironment | undefined {
  const stage = file.stages[run.stage];
  const base = stage && rootBase(file, stage);
  if (base?.kind !== 'image') return undefined;
  const { ref } = base;
  const isPython =
    isOfficial(ref, 'python') || (ref.name === 'ghcr.io/astral-sh/uv' && /^python/.test(ref.tag ?? ''));
  return isPython ? { kind: 'system', folder: '/usr/local' } : undefined;
}

function activatedBefore(run: Run, uv: UvCommand): string | undefined {
  return run.script.commands
    .filter(it => it.span.start < uv.command.span.start)
    .flatMap(it => activatedVenv(it) ?? [])
    .at(-1);
}

/** Folders of the virtual environments that have been made by then, seen from the working folder. */
function venvsBefore(file: Dockerfile, run: Run, uv: UvCommand): string[] {
  const stage = file.stages[run.stage];
  if (!stage) return [];
  const { workdir } = stateBefore(file, run);
  return runCommands(lineage(file, stage)).flatMap(({ command, run: other }) => {
    if (command.span.start > uv.command.span.start) return [];
    const made = venvMade(command);
    if (!made) return [];
    if (made.folder === `${workdir}/.venv`) return ['.venv'];
    return stateBefore(file, other).workdir === workdir ? [made.folder.replace(/^\.\//, '')] : [];
  });
}
