import type { Command } from '../shell/command';
import { type Edit, remove } from '../text/edit';
import { join, type Span, span } from '../text/span';
import type { Dockerfile, Run } from './model';

/** One command of a RUN that is a plain list: `a && b; c`. */
export interface Link {
  readonly command: Command;
  /** The command with its redirections. */
  readonly span: Span;
  /** What parts it from the command before: the operator, continuations, comments; empty for the first. */
  readonly joint: Span;
}

/**
 * The commands of a RUN one after the other; undefined where it is more than a plain list of commands.
 *
 * @param pipes true for two commands that may be joined by `|`; without it, none may
 */
export function chainOf(
  file: Dockerfile,
  run: Run,
  pipes?: (from: Command, to: Command) => boolean,
): readonly Link[] | undefined {
  if (run.form !== 'shell' || run.script.broken || run.heredocs.length > 0) return undefined;
  const links: Link[] = [];
  let end = run.argsSpan.start;
  for (const command of run.script.commands) {
    const at = command.redirects.reduce((sum, redirect) => join(sum, redirect.span), command.span);
    if (at.end <= end) continue;
    const joint = span(end, at.start);
    const operator = withoutFiller(file, joint);
    const before = links.at(-1)?.command;
    const fits = before
      ? /^(&&|;)$/.test(operator) || (operator === '|' && pipes?.(before, command))
      : operator === '';
    if (!fits || command.scope !== 'script') return undefined;
    links.push({ command, span: at, joint: links.length === 0 ? span(at.start, at.start) : joint });
    end = at.end;
  }
  const tail = withoutFiller(file, span(end, run.argsSpan.end));
  return links.length > 0 && (tail === '' || tail === ';') ? links : undefined;
}

/** A joint without continuations, comments and white space. */
function withoutFiller(file: Dockerfile, at: Span): string {
  return file.text
    .slice(at.start, at.end)
    .split('\n')
    .filter(line => !line.trimStart().startsWith('#'))
    .map(line => {
      const trimmed = line.trim();
      return (trimmed.endsWith(file.escape) ? trimmed.slice(0, -1) : trimmed).trim();
    })
    .join('');
}

/**
 * Takes a command out of its RUN together with what joins it to the next one, or the last one to the one before.
 *
 * @returns undefined where it is the only one, or a comment would go too
 */
export function removeLink(file: Dockerfile, links: readonly Link[], link: Link): Edit | undefined {
  const at = links.indexOf(link);
  const next = links[at + 1];
  const before = links[at - 1];
  if (!next && !before) return undefined;
  const gap = next
    ? span(link.span.start, next.span.start)
    : span(before?.span.end ?? link.span.start, link.span.end);
  const holdsComment = file.comments.some(it => gap.start < it.span.end && it.span.start < gap.end);
  return holdsComment ? undefined : remove(gap);
}

/** A command that stays, in the form that it takes. */
export interface KeptLink {
  readonly link: Link;
  readonly text: string;
}

export interface ComposedRun {
  readonly run: Run;
  readonly kept: readonly KeptLink[];
  /** The flags in their order; those of the original where they are the same. */
  readonly flags: readonly string[];
}

/** A RUN with some of its commands, each behind the operator and the comments that it stood behind. */
export function composeRun(file: Dockerfile, { run, kept, flags }: ComposedRun, eol: string): string {
  const commands = kept
    .map(({ link, text }, index) =>
      index === 0 ? text : file.text.slice(link.joint.start, link.joint.end) + text,
    )
    .join('');
  const original = run.flags.map(flag => file.text.slice(flag.span.start, flag.span.end));
  if (flags.join(' ') === original.join(' ')) {
    return file.text.slice(run.span.start, run.argsSpan.start) + commands;
  }
  const keyword = run.keyword.text;
  if (flags.length === 0) return `${keyword} ${commands}`;
  return `${keyword} ${flags.join(' ')} ${file.escape}${eol}    ${commands}`;
}
