import { type Assignment, argumentsOf, type Command } from '../shell/command';
import type { Word } from '../text/word';
import type { Dockerfile, Run } from './model';
import { stateBefore } from './stage-state';
import { expand, type Variables } from './variables';

/**
 * The environment that a command of a RUN finds: what ENV and ARG set, what the script exports before it, and what is
 * assigned in front of it. A variable without a value is set to something that only the build knows.
 */
export function environmentAt(file: Dockerfile, run: Run, command: Command): Variables {
  return variablesAt(file, run, command).environment;
}

/**
 * What a word of a command says with the variables put in that ENV and the script set; undefined where one is unknown, as
 * ARGs are: a build may give them another value.
 */
export function shellText(file: Dockerfile, run: Run, command: Command, word: Word): string | undefined {
  if (word.literal) return word.text;
  return expand(word.text, variablesAt(file, run, command).all);
}

function variablesAt(
  file: Dockerfile,
  run: Run,
  command: Command,
): { environment: Variables; all: Variables } {
  const { env, variables } = stateBefore(file, run);
  const environment = new Map(env);
  // An ARG that has no value is not set.
  for (const [name, value] of variables) if (value !== undefined) environment.set(name, value);
  const all = new Map(env);
  const assign = (name: string, value: string) => {
    const known = expand(value, all);
    all.set(name, known);
    if (environment.has(name)) environment.set(name, known);
  };
  for (const step of stepsBefore(run, command)) {
    if ('value' in step) {
      assign(step.name, step.value);
      continue;
    }
    for (const [name, value] of assignedBy(step)) assign(name, value);
    for (const name of exportedBy(step)) environment.set(name, all.get(name));
  }
  for (const { name, value } of command.assignments) environment.set(name, value);
  return { environment, all };
}

/** Assignments and commands that come before a command, in their order. */
function stepsBefore({ script }: Run, command: Command): readonly (Assignment | Command)[] {
  const commands = script.commands.filter(it => it.scope === command.scope || it.scope === 'script');
  return [...(script.settings ?? []), ...commands]
    .filter(it => it.span.start < command.span.start)
    .sort((a, b) => a.span.start - b.span.start);
}

/** What `export` and its kin are given. */
function assignedBy(command: Command): (readonly [string, string])[] {
  return EXPORTS.test(command.name)
    ? argumentsOf(command).flatMap(({ text }) => {
        const at = text.indexOf('=');
        return at > 0 ? [[text.slice(0, at), text.slice(at + 1)] as const] : [];
      })
    : [];
}

const EXPORTS = /^(export|declare|typeset)$/;

function exportedBy(command: Command): string[] {
  const isExport =
    command.name === 'export' ||
    (EXPORTS.test(command.name) && command.words.some(({ text }) => /^-\w*x/.test(text)));
  if (!isExport) return [];
  return argumentsOf(command).flatMap(({ text }) => (text.startsWith('-') ? [] : text.replace(/=.*/s, '')));
}
