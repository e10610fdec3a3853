import type { Dockerfile, Run } from '../../dockerfile/model';
import { chainOf, composeRun } from '../../dockerfile/run-chain';
import { aptCommand } from '../../shell/apt';
import type { Command } from '../../shell/command';
import type { PackageCommand } from '../../shell/packages';
import { type Edit, remove, replace } from '../../text/edit';
import { gapStart } from '../../text/ends';
import { linesOf } from '../../text/lines';
import { type Span, span, textAt } from '../../text/span';
import type { Word } from '../../text/word';

/**
 * Takes packages out of an install and puts others in. Where none is left, the install goes with the update before it
 * and the cleaning behind it, and a RUN with nothing else in it goes too.
 *
 * @returns undefined where that cannot be done without touching more: a comment inside the RUN, a heredoc, `||`
 */
export function removePackages(
  file: Dockerfile,
  run: Run,
  install: PackageCommand,
  gone: readonly Word[],
  added: readonly string[],
): readonly Edit[] | undefined {
  const [first, ...others] = gone;
  if (!first) return undefined;
  if (added.length > 0)
    return [replace(first.span, added.join(' ')), ...others.map(it => remove(withGap(file.text, it)))];
  if (gone.length < install.packages.length) return gone.map(word => remove(withGap(file.text, word)));
  return withoutInstall(file, run, install);
}

/** The word with the white space before it, a line of its own included. */
export function withGap(text: string, { span: at }: Word): Span {
  return span(gapStart(text, at.start), at.end);
}

function withoutInstall(file: Dockerfile, run: Run, install: PackageCommand): readonly Edit[] | undefined {
  const links = chainOf(file, run);
  const hasComment = file.comments.some(
    it => it.inInstruction && run.span.start <= it.span.start && it.span.end <= run.span.end,
  );
  if (!links || hasComment) return undefined;
  const otherInstalls = links.some(({ command }) => isInstall(command) && command !== install.command);
  const goes = (command: Command) =>
    command === install.command || (!otherInstalls && serves(command, install.manager));
  const kept = links.filter(({ command }) => !goes(command));
  const lines = linesOf(file.text);
  if (kept.length === 0) return [remove(lines.wholeLines(run.span))];
  const flags = run.flags.map(flag => textAt(file.text, flag.span));
  const texts = kept.map(link => ({ link, text: textAt(file.text, link.span) }));
  return [replace(run.span, composeRun(file, { run, kept: texts, flags }, lines.eol))];
}

function isInstall(command: Command): boolean {
  return /^(install|add|in)$/.test(command.words[1]?.text ?? '');
}

/** Updates and cleaning that are there for installs only. */
function serves(command: Command, manager: PackageCommand['manager']): boolean {
  if (manager === 'apt') {
    if (/^(update|clean|autoclean|autoremove)$/.test(aptCommand(command)?.verb ?? '')) return true;
    return (
      command.name === 'rm' && command.words.slice(1).every(it => /^-|^\/var\/(lib|cache)\/apt/.test(it.text))
    );
  }
  return command.name === 'apk' && command.words[1]?.text === 'update';
}
