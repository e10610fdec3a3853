import type { ExecWord } from '../shell/exec';
import { type Excerpt, ExcerptBuilder, sourceOffset, sourceSpan } from '../text/excerpt';
import { span } from '../text/span';

/**
 * The words that Compose makes of a command written as one string. No shell is at work: quotes and backslashes are
 * removed, and nothing is expanded.
 */
export function splitWords(excerpt: Excerpt): ExecWord[] {
  const words: ExecWord[] = [];
  const { text } = excerpt;
  for (let at = wordStart(text, 0); at < text.length; ) {
    const word = readWord(excerpt, at);
    words.push({ span: sourceSpan(excerpt, span(at, word.end)), excerpt: word.excerpt });
    at = wordStart(text, word.end);
  }
  return words;
}

function wordStart(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text.charAt(at))) at++;
  return at;
}

function readWord(excerpt: Excerpt, start: number): { excerpt: Excerpt; end: number } {
  const { text } = excerpt;
  const builder = new ExcerptBuilder();
  let quote = '';
  let contentEnd = start;
  let at = start;
  for (; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote === '' && /\s/.test(char)) break;
    if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else {
      if (char === '\\' && quote !== "'" && at + 1 < text.length) at++;
      builder.take(text.charAt(at), sourceOffset(excerpt, at));
      contentEnd = at + 1;
    }
  }
  return { excerpt: builder.finish(sourceOffset(excerpt, contentEnd)), end: at };
}
