import { isSpace, trimSpace } from './space';

/** The flags of an instruction, without quotes, and the rest of the line behind them. */
export interface FlagsAndRest {
  readonly flags: readonly string[];
  readonly rest: string;
}

/**
 * Takes the flags off the front of what stands behind a keyword: words that begin with two dashes.
 *
 * @param escapeChar the file's
 */
export function takeFlags(line: string, escapeChar: string): FlagsAndRest {
  const flags: string[] = [];
  for (let at = 0; ; ) {
    while (at < line.length && isSpace(line.charAt(at))) at++;
    if (!line.startsWith('--', at)) return { flags, rest: trimSpace(line.slice(at)) };
    const { text, end } = flagAt(line, at, escapeChar);
    // Two dashes alone end the flags.
    if (text === '--') return { flags, rest: trimSpace(line.slice(end)) };
    flags.push(text);
    at = end;
  }
}

function flagAt(line: string, start: number, escapeChar: string): { text: string; end: number } {
  const chars: string[] = [];
  let quote = '';
  let at = start;
  for (; at < line.length; at++) {
    const char = line.charAt(at);
    if (quote === '' && isSpace(char)) break;
    if (char === quote) quote = '';
    else if (quote === '' && (char === "'" || char === '"')) quote = char;
    else if (char !== escapeChar) chars.push(char);
    else if (at + 1 < line.length) chars.push(line.charAt(++at));
    else quote = '';
  }
  return { text: chars.join(''), end: at };
}

/** A word of ENV, LABEL or ARG with its quotes and escapes, and where it begins. */
export interface RawWord {
  readonly text: string;
  readonly at: number;
}

/** Splits what stands behind ENV, LABEL or ARG at white space that is neither quoted nor escaped. */
export function rawWords(line: string, escapeChar: string): RawWord[] {
  const words: RawWord[] = [];
  for (let at = 0; ; ) {
    while (at < line.length && isSpace(line.charAt(at))) at++;
    if (at >= line.length) return words;
    const end = endOfRawWord(line, at, escapeChar);
    // An escape character at the end of the line is dropped, and a word that is nothing else is none.
    const text = end > line.length ? line.slice(at, -1) : line.slice(at, end);
    if (text !== '') words.push({ text, at });
    at = end;
  }
}

/** Behind the word; behind the line's end where an escape character ends the line. */
function endOfRawWord(line: string, start: number, escapeChar: string): number {
  let quote = '';
  let at = start;
  for (; at < line.length; at++) {
    const char = line.charAt(at);
    if (quote === '' && isSpace(char)) return at;
    if (char === escapeChar && quote !== "'") at++;
    else if (char === quote) quote = '';
    else if (quote === '' && (char === "'" || char === '"')) quote = char;
  }
  return at;
}

/** What a JSON array in the place of arguments is for BuildKit. */
export type JsonArray = readonly string[] | 'not strings' | undefined;

/** Reads `["a", "b"]`; undefined where it is no JSON array, which is then read as words or for the shell. */
export function jsonArray(rest: string): JsonArray {
  if (!trimSpace(rest).startsWith('[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(
      rest.replace(/^[\u0085\u00a0\v\f\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, ''),
    );
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  if (value.every((item): item is string => typeof item === 'string')) return value;
  // A number that is too large for Go is no JSON for it.
  return value.some(item => item === Number.POSITIVE_INFINITY || item === Number.NEGATIVE_INFINITY)
    ? undefined
    : 'not strings';
}
