import { type Excerpt, ExcerptBuilder } from '../text/excerpt';
import { type Span, textAt } from '../text/span';

/**
 * The place of each character of a scalar's value, however it is written (plain, quoted, folded, literal):
 * both texts hold the same characters in the same order but for quotes, escapes, indentation and folded breaks.
 */
export function align(value: string, file: string, at: Span): Excerpt {
  const source = textAt(file, at);
  const identity = source.indexOf(value);
  if (identity !== -1 && identity <= 1) return { text: value, origins: { from: at.start + identity } };
  const builder = new ExcerptBuilder();
  let read = contentStart(source);
  for (const char of value.split('')) {
    const found = /\s/.test(char) ? read : source.indexOf(char, read);
    const place = found === -1 ? read : found;
    builder.takeAs(char, at.start + place);
    read = Math.min(place + (source.charAt(place) === char || !/\s/.test(char) ? 1 : 0), source.length);
  }
  return builder.finish(at.end);
}

/** Behind the header line of a block scalar (`|`, `>-`), else behind an opening quote. */
function contentStart(source: string): number {
  const header = /^[|>][^\n]*\n/.exec(source);
  if (header) return header[0].length;
  return /^["']/.test(source) ? 1 : 0;
}
