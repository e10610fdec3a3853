import { type Edit, insert } from '../text/edit';
import { type Lines, linesOf } from '../text/lines';
import { insertBelow, instructionText } from './edit';
import type { Dockerfile, Env, Stage } from './model';
import { ofKind } from './query';

/** Longer lines are broken. */
const LINE = 100;

/**
 * Sets variables in a stage, in one ENV: behind the variables of the last ENV that sets one of the same kind or several
 * at once, else in a new ENV below the FROM. Values are words that need no quotes.
 *
 * @param kin names of variables whose ENV is a good place for these
 */
export function setVariables(
  file: Dockerfile,
  stage: Stage,
  variables: Readonly<Record<string, string>>,
  kin: RegExp,
): Edit {
  const pairs = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const existing = suitableEnv(stage, kin);
  return existing ? append(file, existing, pairs) : newEnv(file, stage, pairs);
}

/** One that sets variables of the same kind, else the last one that sets several and is no continuation of a PATH. */
function suitableEnv(stage: Stage, kin: RegExp): Env | undefined {
  const envs = ofKind(stage.instructions, 'ENV').filter(env => !env.legacy && env.properties.length > 0);
  return (
    envs.findLast(env => env.properties.some(it => kin.test(it.name.text))) ??
    envs.findLast(env => env.properties.length > 1)
  );
}

function append(file: Dockerfile, env: Env, pairs: readonly string[]): Edit {
  const lines = linesOf(file.text);
  const first = lines.lineOf(env.span.start);
  const last = env.properties.at(-1);
  const end = last?.span.end ?? env.argsSpan.end;
  const breaks = lines.lineOf(end) > first;
  const text = ` ${pairs.join(' ')}`;
  if (!breaks && end - lines.startOf(first) + text.length <= LINE) return insert(end, text);
  const indent = breaks && last ? indentOf(lines, last.span.start) : ' '.repeat(4);
  return insert(end, pairs.map(pair => ` ${file.escape}${lines.eol}${indent}${pair}`).join(''));
}

function indentOf(lines: Lines, offset: number): string {
  const indent = lines.indentAt(offset);
  return indent === '' ? ' '.repeat(4) : indent;
}

function newEnv(file: Dockerfile, stage: Stage, pairs: readonly string[]): Edit {
  const lines = linesOf(file.text);
  const broken = `${file.escape}${lines.eol}${' '.repeat(4)}`;
  const text = instructionText(file, 'ENV', pairs.join(pairs.length > 1 ? ` ${broken}` : ' '));
  const next = lines.lineOf(stage.from.span.end) + 1;
  const apart = next < lines.count && lines.textOf(next).trim() === '' && stage.instructions.length > 1;
  return insertBelow(file, stage.from, apart ? ['', text] : [text]);
}
