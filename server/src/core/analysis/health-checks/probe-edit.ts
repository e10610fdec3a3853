import type { Dockerfile, Healthcheck } from '../../dockerfile/model';
import type { Command } from '../../shell/command';
import { type Edit, replace } from '../../text/edit';
import { span } from '../../text/span';
import type { Probe } from './probe';

/** A command of a health check. */
export interface CheckCommand {
  readonly check: Healthcheck;
  readonly command: Command;
}

/**
 * Puts another probe in the place of a command of a health check, in the form and the quotes that it needs there.
 *
 * @param port a number, or a variable that only a shell puts in
 * @returns undefined where something else than the exit code of the command counts, no shell would see the variable, or a
 *   comment stands between its words
 */
export function replaceProbe(
  file: Dockerfile,
  { check, command }: CheckCommand,
  probe: Probe,
  port: string,
): Edit | undefined {
  const first = command.words[0];
  const last = command.words.at(-1);
  if (!first || !last || !isAllOfIt(check, command)) return undefined;
  const expands = check.form === 'shell' || command.scope === 'nested-script';
  if (port.startsWith('$') && !expands) return undefined;
  const at = span(first.span.start, last.span.end);
  if (file.comments.some(comment => at.start < comment.span.end && comment.span.start < at.end))
    return undefined;
  return replace(at, probeText(check, command, probe));
}

/** True where only the exit code of the command counts: what it prints goes nowhere. */
function isAllOfIt(check: Healthcheck, command: Command): boolean {
  const next = check.script.commands[check.script.commands.indexOf(command) + 1];
  const nested = command.scope === 'nested-script' && check.form === 'shell';
  const plain = command.scope === 'script' || command.scope === 'nested-script';
  return plain && !nested && next?.after !== '|' && command.after !== '|';
}

function probeText(check: Healthcheck, command: Command, probe: Probe): string {
  if (check.form === 'exec' && command.scope === 'script') return execWords(probe);
  const quote = check.form === 'exec' ? '\\"' : '"';
  return shellWords(probe, quote);
}

/** `"python", "-c", "…"`: what stands between the brackets of an exec form. */
export function execWords(probe: Probe): string {
  return probe.words.map(word => `"${word}"`).join(', ');
}

/** `python -c "…"` */
export function shellWords(probe: Probe, quote = '"'): string {
  return probe.words.map(word => (/[\s'();<>&|]/.test(word) ? quote + word + quote : word)).join(' ');
}
