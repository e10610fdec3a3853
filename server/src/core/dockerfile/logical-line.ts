import { type Excerpt, ExcerptBuilder } from '../text/excerpt';
import { type Span, span } from '../text/span';
import { continues } from './blocks';

/** An instruction's text as the engine reads it, and the comment lines that stand between its lines. */
export interface LogicalLine {
  readonly excerpt: Excerpt;
  readonly comments: readonly Span[];
}

/** Joins the lines of `at`: takes continuations, comment lines and blank lines inside away. */
export function logicalLine(file: string, at: Span, escapeChar: string): LogicalLine {
  const builder = new ExcerptBuilder();
  const comments: Span[] = [];
  let end = at.start;
  for (let start = at.start; start < at.end; ) {
    const lineBreak = file.indexOf('\n', start);
    const next = lineBreak === -1 || lineBreak >= at.end ? at.end : lineBreak + 1;
    const content = file.slice(start, next).replace(/\r?\n$/, '');
    const trimmed = content.trim();
    if (start > at.start && trimmed.startsWith('#')) {
      comments.push(span(start + content.indexOf('#'), start + content.length));
    } else if (start === at.start || trimmed !== '') {
      const kept = withoutContinuation(content, escapeChar);
      builder.take(kept, start);
      end = start + kept.length;
    }
    start = next;
  }
  return { excerpt: builder.finish(end), comments };
}

function withoutContinuation(line: string, escapeChar: string): string {
  return continues(line, escapeChar) ? line.trimEnd().slice(0, -1) : line;
}
