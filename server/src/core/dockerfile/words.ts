import type { ExecWord } from '../shell/exec';
import { type Excerpt, ExcerptBuilder, sourceSpan, subExcerpt } from '../text/excerpt';
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
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(match => {
    const at = span(match.index, match.index + match[0].length);
    return { excerpt: jsonValue(args, at), span: sourceSpan(args, at) };
  });
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
  const PROPERTY =
    /((?:[^\s=\\"']|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+)(?:=((?:[^\s\\"']|\\.|"(?:[^"\\]|\\.)*"|'[^']*')*))?/gs;
  return [...args.text.matchAll(PROPERTY)].map(match => {
    const name = match[1] ?? '';
    const nameAt = span(match.index, match.index + name.length);
    const at = span(match.index, match.index + match[0].length);
    const value = match[2];
    return {
      span: sourceSpan(args, at),
      name: { ...wordAt(args, nameAt), text: unquoted(name) },
      value:
        value === undefined
          ? undefined
          : { ...wordAt(args, span(at.end - value.length, at.end)), text: unquoted(value) },
    };
  });
}

/** `ENV name the rest of the line`. */
export function readLegacyProperty(args: Excerpt): Property[] {
  const match = /^(\S+)\s+(.*?)\s*$/s.exec(args.text);
  if (!match) return [];
  const name = match[1] ?? '';
  const value = match[2] ?? '';
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
  return text.replace(
    /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gs,
    (_, escaped?: string, double?: string, single?: string) => {
      if (escaped !== undefined) return escaped === '$' ? '\\$' : escaped;
      return double?.replace(/\\(["\\])/g, '$1') ?? single ?? '';
    },
  );
}
