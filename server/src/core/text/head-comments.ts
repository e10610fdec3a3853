import { type Span, span } from './span';

/** Lines that are looked at: a comment on a file is on its first ones. */
const MOST_LINES = 100;

export interface HeadComment {
  /** From the `#` to the end of the line. */
  readonly span: Span;
  /** The text after the `#`, trimmed. */
  readonly text: string;
}

/** The comments that a file begins with: of a file that is not read they may say that this is known. */
export function headComments(text: string): HeadComment[] {
  const comments: HeadComment[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  for (let line = 0; line < MOST_LINES && text[at] === '#'; line++) {
    const lineBreak = text.indexOf('\n', at);
    const next = lineBreak === -1 ? text.length : lineBreak + 1;
    const end = at + text.slice(at, next).trimEnd().length;
    comments.push({ span: span(at, end), text: text.slice(at + 1, end).trim() });
    at = next;
  }
  return comments;
}
