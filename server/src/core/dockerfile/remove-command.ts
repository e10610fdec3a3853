import type { Command } from '../shell/command';
import { type Edit, remove } from '../text/edit';
import { linesOf } from '../text/lines';
import { span } from '../text/span';
import type { Dockerfile, Run } from './model';

/**
 * Takes a command out of a RUN with the operator that joined it, and the RUN out of the file where it was the only one.
 *
 * @returns undefined where it is no plain link of a list, or a comment would go too
 */
export function removeCommand(file: Dockerfile, run: Run, command: Command): Edit | undefined {
  const { commands, broken } = run.script;
  if (broken || isAlternative(run, command) || run.form === 'exec' || command.scope !== 'script')
    return undefined;
  const index = commands.indexOf(command);
  const before = commands[index - 1];
  const behind = commands[index + 1];
  if (before?.scope === 'script' && isJoint(file, before, command))
    return remove(span(before.span.end, command.span.end));
  if (!before && behind?.scope === 'script' && isJoint(file, command, behind))
    return remove(span(command.span.start, behind.span.start));
  if (before || behind || run.form !== 'shell') return undefined;
  const whole = linesOf(file.text).wholeLines(run.span);
  return file.comments.some(it => whole.start <= it.span.start && it.span.end <= whole.end)
    ? undefined
    : remove(whole);
}

/** True where nothing but an operator and line breaks stand between two commands. */
export function isJoint(file: Dockerfile, before: Command | undefined, command: Command): boolean {
  return before !== undefined && /^[\s;&\\`]*$/.test(file.text.slice(before.span.end, command.span.start));
}

/** Part of `a || b`, `a | b` or `a &`: what runs depends on it. */
export function isAlternative({ script }: Run, command: Command): boolean {
  const next = script.commands[script.commands.indexOf(command) + 1];
  const joins = next?.scope === 'script' ? [command.after, next.after] : [command.after];
  return joins.some(it => it === '||' || it === '|' || it === '&') || script.tail?.inBackground === true;
}
