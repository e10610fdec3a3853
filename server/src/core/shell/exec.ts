import type { Excerpt } from '../text/excerpt';
import type { Span } from '../text/span';
import type { Word } from '../text/word';
import type { Command, Script } from './command';
import { parseScript, scriptArgument } from './parse';
import { unwrap } from './wrappers';

/** One string of an exec-form command with the place of each of its characters. */
export interface ExecWord {
  /** With its quotes. */
  readonly span: Span;
  readonly excerpt: Excerpt;
}

/** `["sh", "-c", "…"]`: one command without a shell, and the commands of the script that it hands to one. */
export function execScript(strings: readonly ExecWord[], at: Span): Script {
  const words = strings.map((it): Word => ({ span: it.span, text: it.excerpt.text, literal: true }));
  const { wrappers, wrapped, assigned } = unwrap(words);
  const program = wrapped[0]?.text ?? '';
  const outer: Command = {
    span: at,
    name: program.slice(program.lastIndexOf('/') + 1),
    words: wrapped,
    wrappers,
    assignments: assigned,
    redirects: [],
    after: 'start',
    scope: 'script',
  };
  const inner = scriptArgument(wrapped);
  const string = inner && strings.find(candidate => candidate.span.start === inner.span.start);
  if (!string) return { span: at, commands: [outer], broken: false };
  const script = parseScript(string.excerpt);
  const commands = script.commands.map(
    (command): Command => (command.scope === 'script' ? { ...command, scope: 'nested-script' } : command),
  );
  return { ...script, span: at, commands: [outer, ...commands] };
}
