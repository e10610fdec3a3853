import type { Arg, Dockerfile, Env, Run } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { stateBefore } from '../../dockerfile/stage-state';
import type { PipCommand } from '../../shell/pip';
import { isSwitchedOn } from '../../shell/uv';
import { type Edit, replace } from '../../text/edit';
import { withWordEdits } from './word-edits';

/**
 * Has `uv pip` pass over every virtual environment, the one around it too.
 * Source: https://docs.astral.sh/uv/reference/environment/#uv_system_python (November 2026)
 */
export const UV_SYSTEM_PYTHON = 'UV_SYSTEM_PYTHON';

/**
 * Whether a `uv pip install` goes into the Python of the image.
 *
 * @returns `inherited` where what says so is not in this stage, so that the builder cannot leave it out
 */
export function systemPython(
  file: Dockerfile,
  run: Run,
  { command, line }: PipCommand,
): 'yes' | 'no' | 'inherited' {
  const asked = line.options.some(({ name }) => name === '--system');
  const assigned = command.assignments.find(it => it.name === UV_SYSTEM_PYTHON)?.value;
  if (assigned !== undefined) return asked || isSwitchedOn(assigned) ? 'yes' : 'no';
  const own = settingsIn(file, run);
  const { env } = stateBefore(file, run);
  if (env.has(UV_SYSTEM_PYTHON)) {
    if (own.every(it => it.kind === 'ARG')) return 'inherited';
    return asked || isSwitchedOn(env.get(UV_SYSTEM_PYTHON)) ? 'yes' : 'no';
  }
  const byArgument = own.flatMap(it => it.properties).some(it => isNamed(it) && isSwitchedOn(it.value?.text));
  return asked || byArgument ? 'yes' : 'no';
}

function settingsIn(file: Dockerfile, run: Run): (Env | Arg)[] {
  const instructions = file.stages[run.stage]?.instructions ?? [];
  return ofKind(instructions, 'ENV', 'ARG').filter(
    it => it.span.start < run.span.start && it.properties.some(isNamed),
  );
}

function isNamed({ name }: Env['properties'][number]): boolean {
  return name.text === UV_SYSTEM_PYTHON;
}

/** An ENV or ARG for a builder whose virtual environment uv is to find; empty where nothing else is set. */
export function withoutSystemPython(file: Dockerfile, instruction: Env | Arg): string {
  const gone = instruction.properties.filter(isNamed);
  if (gone.length === instruction.properties.length) return '';
  const edits = gone.map(it => replace(it.span, ''));
  return withWordEdits(file.text, instruction.span, edits, file.escape);
}

/** Takes the assignment in front of a call of uv away. */
export function unassignEdits({ command }: PipCommand): Edit[] {
  const own = command.assignments.filter(it => it.name === UV_SYSTEM_PYTHON);
  return own.map(it => replace(it.span, ''));
}
