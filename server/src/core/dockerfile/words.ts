import type { ExecWord } from '../shell/exec';
import { type Excerpt, ExcerptBuilder, sourceSpan, subExcerpt } from '../text/excerpt';
import { endOfEscapedString, endOfPlainString } from '../text/quotes';
import { type Span, span } from '../text/span';
import type { Word } from '../text/word';
import type { Flag, Mount, Property } from './model';
import { hasVariable } from './variables';

/** The words of an instruction's arguments, split at white space as the engine does. */
export function splitWords(args: Excerpt): Word[] {
  return [...args.text.matchAll(/\S+/g)].map(match =>
    wordAt(args, span(match.index, match.index + match[0].length)),
  );
}

function wordAt(args: Excerpt, at: Span): Word {
  const text = args.text.slice(at.start, at.end);
  return { span: sourceSpan(args, at), text, literal: !hasVariable(text) };
}

/** Reads `["a", "b"]`; undefined where it is no JSON array of strings, which the engine then reads as shell form. */
export function readJsonStrings(args: Excerpt): ExecWord[] | undefined {
  const text = args.text;
  if (!isStringArray(text)) return undefined;
  return stringsOf(text).map(at => ({ excerpt: jsonValue(args, at), span: sourceSpan(args, at) }));
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

function isStringArray(text: string): boolean {
  if (!text.trimStart().startsWith('[')) return false;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every(item => typeof item === 'string');
  } catch {
    return false;
  }
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
export function jsonWord({ excerpt, span: at }: ExecWord): Word {
  return { span: at, text: excerpt.text, literal: true };
}

/** Flags stand between keyword and arguments: `--from=x`, `--mount=type=cache,target=/y`. */
export function readFlags(line: Excerpt): { flags: Flag[]; end: number } {
  const flags: Flag[] = [];
  let end = /^\s*/.exec(line.text)?.[0].length ?? 0;
  for (;;) {
    const match = /^--([\w-]+)(=("[^"]*"|\S*))?/.exec(line.text.slice(end));
    if (!match) return { flags, end };
    const at = span(end, end + match[0].length);
    const value = match[3];
    flags.push({
      span: sourceSpan(line, at),
      name: (match[1] ?? '').toLowerCase(),
      value,
      valueSpan: value === undefined ? undefined : sourceSpan(line, span(at.end - value.length, at.end)),
    });
    end = at.end + (/^\s*/.exec(line.text.slice(at.end))?.[0].length ?? 0);
  }
}

/** Takes a `--mount` apart. Source of the defaults: https://docs.docker.com/reference/dockerfile/#run---mount */
export function mountOf(flag: Flag): Mount {
  const fields = new Map(
    (flag.value ?? '')
      .replace(/^"(.*)"$/, '$1')
      .split(',')
      .map(field => {
        const equals = field.indexOf('=');
        return equals === -1
          ? [field.toLowerCase(), '']
          : [field.slice(0, equals).toLowerCase(), field.slice(equals + 1)];
      }),
  );
  return {
    span: flag.span,
    type: fields.get('type') ?? 'bind',
    target: fields.get('target') ?? fields.get('dst') ?? fields.get('destination'),
    from: fields.get('from'),
    source: fields.get('source') ?? fields.get('src'),
    id: fields.get('id'),
  };
}

/** `NAME=value NAME2="two words"` of ENV, LABEL and ARG; a name may stand without a value. */
export function readProperties(args: Excerpt): Property[] {
  const properties: Property[] = [];
  for (let at = nextProperty(args.text, 0); at; at = nextProperty(args.text, at.whole.end)) {
    const name = args.text.slice(at.name.start, at.name.end);
    properties.push({
      span: sourceSpan(args, at.whole),
      name: { ...wordAt(args, at.name), text: unquoted(name) },
      value: at.value && {
        ...wordAt(args, at.value),
        text: unquoted(args.text.slice(at.value.start, at.value.end)),
      },
    });
  }
  return properties;
}

interface PropertySpans {
  readonly whole: Span;
  readonly name: Span;
  readonly value: Span | undefined;
}

/** White space and what is no part of a name, as a quote that is not closed, is passed over. */
function nextProperty(text: string, from: number): PropertySpans | undefined {
  for (let start = from; start < text.length; start++) {
    const nameEnd = endOfPieces(text, start, NAME_CHARACTERS);
    if (nameEnd === start) continue;
    const name = span(start, nameEnd);
    if (text[nameEnd] !== '=') return { whole: name, name, value: undefined };
    const value = span(nameEnd + 1, endOfPieces(text, nameEnd + 1, VALUE_CHARACTERS));
    return { whole: span(start, value.end), name, value };
  }
  return undefined;
}

const NAME_CHARACTERS = /[^\s=\\"']+/y;
const VALUE_CHARACTERS = /[^\s\\"']+/y;

/** Where plain characters, escaped ones and closed quotes end that follow each other from `start` on. */
function endOfPieces(text: string, start: number, plain: RegExp): number {
  for (let at = start; ; ) {
    const end = endOfPiece(text, at, plain);
    if (end === -1) return at;
    at = end;
  }
}

function endOfPiece(text: string, at: number, plain: RegExp): number {
  if (text[at] === '"') return endOfEscapedString(text, at);
  if (text[at] === "'") return endOfPlainString(text, at);
  if (text[at] === '\\') return at + 1 < text.length ? at + 2 : -1;
  plain.lastIndex = at;
  return plain.test(text) ? plain.lastIndex : -1;
}

/** True where `ENV` and `LABEL` have the form of old, `NAME the rest of the line`: their first word has no `=`. */
export function isLegacyProperty(text: string): boolean {
  const start = text.length - text.trimStart().length;
  let end = endOfPieces(text, start, VALUE_CHARACTERS);
  // A quote that is not closed is a character like others.
  while (text[end] === '"' || text[end] === "'") end = endOfPieces(text, end + 1, VALUE_CHARACTERS);
  return !text.slice(start + 1, end).includes('=');
}

/** `ENV name the rest of the line`. */
export function readLegacyProperty(args: Excerpt): Property[] {
  const match = /^(\S+)\s+(.*)$/s.exec(args.text);
  if (!match) return [];
  const name = match[1] ?? '';
  const value = (match[2] ?? '').trimEnd();
  const start = args.text.indexOf(value, name.length);
  return [
    {
      span: sourceSpan(args, span(0, start + value.length)),
      name: wordAt(args, span(0, name.length)),
      value: wordAt(args, span(start, start + value.length)),
    },
  ];
}

function unquoted(text: string): string {
  let result = '';
  let at = 0;
  for (let next = text.search(QUOTING); next !== -1; next = indexOfQuoting(text, at)) {
    result += text.slice(at, next);
    const end = endOfPiece(text, next, VALUE_CHARACTERS);
    result += end === -1 ? text.charAt(next) : withoutQuotes(text.slice(next, end));
    at = end === -1 ? next + 1 : end;
  }
  return result + text.slice(at);
}

const QUOTING = /[\\"']/;
const NEXT_QUOTING = /[\\"']/g;

function indexOfQuoting(text: string, from: number): number {
  NEXT_QUOTING.lastIndex = from;
  return NEXT_QUOTING.exec(text)?.index ?? -1;
}

function withoutQuotes(piece: string): string {
  const inner = piece.slice(1, -1);
  if (piece.startsWith('"')) return inner.replace(/\\(["\\])/g, '$1');
  if (piece.startsWith("'")) return inner;
  return piece === '\\$' ? piece : piece.slice(1);
}
