import type { ExecWord } from '../shell/exec';
import { type Excerpt, ExcerptBuilder, sourceSpan, subExcerpt } from '../text/excerpt';
import { endOfEscapedString } from '../text/quotes';
import { type Span, span } from '../text/span';
import { BLANKS } from './buildkit/space';
import { jsonArray, type RawFlag, rawWords } from './buildkit/words';
import type { Flag, Property, ValueWord } from './model';
import { hasVariable, withoutQuotes } from './variables';

/** The words of an instruction's arguments, split at white space as the engine does: quotes do not count. */
export function splitWords(args: Excerpt, escapeChar: string): ValueWord[] {
  const words: ValueWord[] = [];
  for (let at = 0; at < args.text.length; ) {
    BLANK_OR_END.lastIndex = at;
    const end = BLANK_OR_END.exec(args.text)?.index ?? args.text.length;
    if (end > at) words.push(wordAt(args, span(at, end), escapeChar));
    at = end + 1;
  }
  return words;
}

const BLANK_OR_END = /[\t\v\f\r ]|$/g;

/** All of the arguments as one word; undefined where there are none. */
export function wholeWord(args: Excerpt, escapeChar: string): ValueWord | undefined {
  return args.text === '' ? undefined : wordAt(args, span(0, args.text.length), escapeChar);
}

function wordAt(args: Excerpt, at: Span, escapeChar: string): ValueWord {
  return valueWord(sourceSpan(args, at), args.text.slice(at.start, at.end), escapeChar);
}

function valueWord(at: Span, raw: string, escapeChar: string): ValueWord {
  const text = withoutQuotes(raw, escapeChar);
  return { span: at, text, literal: !hasVariable(text), raw };
}

/** Reads `["a", "b"]`; undefined where it is no JSON array of strings, which the engine then reads as shell form. */
export function readJsonStrings(args: Excerpt): ExecWord[] | undefined {
  if (!Array.isArray(jsonArray(args.text))) return undefined;
  return stringsOf(args.text).map(at => ({ excerpt: jsonValue(args, at), span: sourceSpan(args, at) }));
}

function stringsOf(json: string): Span[] {
  const strings: Span[] = [];
  for (let start = json.indexOf('"'); start !== -1; start = json.indexOf('"', strings.at(-1)?.end)) {
    const end = endOfEscapedString(json, start);
    if (end === -1) return strings;
    strings.push(span(start, end));
  }
  return strings;
}

function jsonValue(args: Excerpt, at: Span): Excerpt {
  const inner = subExcerpt(args, span(at.start + 1, at.end - 1));
  if (!inner.text.includes('\\')) return inner;
  const builder = new ExcerptBuilder();
  for (const match of inner.text.matchAll(/\\u[0-9a-fA-F]{4}|\\.|[^\\]+/gs)) {
    const from = sourceSpan(inner, span(match.index, match.index + 1)).start;
    if (match[0].startsWith('\\')) builder.takeAs(String(JSON.parse(`"${match[0]}"`)), from);
    else builder.take(match[0], from);
  }
  return builder.finish(sourceSpan(args, span(at.end - 1, at.end)).start);
}

/** A string of an exec form as a word: without quotes, its span in the file with them. */
export function jsonWord({ excerpt, span: at }: ExecWord): ValueWord {
  return { span: at, text: excerpt.text, literal: true, raw: excerpt.text };
}

/** A string of a JSON form in which the builder puts variables in. */
export function jsonValueWord({ excerpt, span: at }: ExecWord, escapeChar: string): ValueWord {
  return valueWord(at, excerpt.text, escapeChar);
}

/** A flag between keyword and arguments: `--from=x`, `--mount=type=cache,target=/y`. */
export function flagOf(line: Excerpt, { text, start, end }: RawFlag): Flag {
  const equals = text.indexOf('=');
  const at = sourceSpan(line, span(start, end));
  if (equals === -1) return { span: at, name: text.slice(2), value: undefined, valueSpan: undefined };
  const valueAt = line.text.indexOf('=', start) + 1;
  return {
    span: at,
    name: text.slice(2, equals),
    value: text.slice(equals + 1),
    valueSpan: sourceSpan(line, span(valueAt, end)),
  };
}

/** `NAME=value NAME2="two words"` of ENV, LABEL and ARG; a name may stand without a value. */
export function readProperties(args: Excerpt, escapeChar: string): Property[] {
  return rawWords(args.text, escapeChar).map(({ text, at }) => {
    const end = Math.min(args.text.length, at + text.length);
    const equals = text.indexOf('=');
    const name = wordAt(args, span(at, equals === -1 ? end : at + equals), escapeChar);
    const value = equals === -1 ? undefined : wordAt(args, span(at + equals + 1, end), escapeChar);
    return { span: sourceSpan(args, span(at, end)), name, value };
  });
}

/** True where `ENV` and `LABEL` have the form of old, `NAME the rest of the line`: their first word has no `=`. */
export function isLegacyProperty(text: string, escapeChar: string): boolean {
  const [first] = rawWords(text, escapeChar, 1);
  return first !== undefined && !first.text.includes('=');
}

/** `ENV name the rest of the line`. */
export function readLegacyProperty(args: Excerpt, escapeChar: string): Property[] {
  const blanks = BLANKS.exec(args.text);
  if (!blanks) return [];
  const name = wordAt(args, span(0, blanks.index), escapeChar);
  const value = wordAt(args, span(blanks.index + blanks[0].length, args.text.length), escapeChar);
  return [{ span: sourceSpan(args, span(0, args.text.length)), name, value }];
}
