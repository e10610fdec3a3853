import type { Language } from '../../server/src/core/language';
import { parsedCompose, parsedDockerfile } from './parsed';

/** Another way to write the same file. */
export interface Variant {
  readonly name: string;
  /** The text written that way; undefined where the file cannot be, or is already. @param path tells the language's dialect */
  readonly write: (text: string, path: string) => string | undefined;
  /** What it adds that is no other way of writing: taken out again where meanings are compared. */
  readonly adds?: RegExp;
}

/** Ways to write a file that change nothing of what it means, each the same at every run. */
export const variants: Readonly<Record<Exclude<Language, 'python-manifest'>, readonly Variant[]>> = {
  dockerfile: [
    { name: 'Windows line ends', write: windowsLineEnds },
    { name: 'lower-case keywords', write: lowerCaseKeywords },
    { name: 'a backquote as escape character', write: backquoteEscape },
    { name: 'tabs', write: tabs },
    { name: 'a comment before every instruction', write: commentsBetween },
    { name: 'empty lines between instructions', write: emptyLinesBetween },
    { name: 'a syntax line on top', write: syntaxLine },
    { name: 'an ARG before FROM', write: argBeforeFrom, adds: /^ARG PLIMSOLL_TEST=1$/g },
    { name: 'FROM with a platform', write: platforms, adds: / --platform=linux\/amd64/g },
    { name: 'no line end at the end', write: noLineEnd },
  ],
  compose: [
    { name: 'Windows line ends', write: windowsLineEnds },
    { name: 'a comment before every service', write: commentsBeforeServices },
    { name: 'empty lines between services', write: emptyLinesBeforeServices },
    { name: 'a document start', write: documentStart },
    { name: 'four spaces of indentation', write: wideIndentation },
    { name: 'no line end at the end', write: noLineEnd },
  ],
};

function windowsLineEnds(text: string): string | undefined {
  return text.includes('\r') ? undefined : text.replaceAll('\n', '\r\n');
}

function noLineEnd(text: string): string | undefined {
  const short = text.replace(/\r?\n$/, '');
  return short === text || short.endsWith('\n') ? undefined : short;
}

/** Writes something before each instruction, which hands over where it stands among the others. */
function beforeInstructions(text: string, path: string, write: (index: number) => string): string {
  let result = '';
  let taken = 0;
  for (const [index, { span }] of parsedDockerfile(path, text).instructions.entries()) {
    result += text.slice(taken, span.start) + (/(^|\n)$/.test(text.slice(0, span.start)) ? write(index) : '');
    taken = span.start;
  }
  return result + text.slice(taken);
}

function commentsBetween(text: string, path: string): string {
  return beforeInstructions(text, path, index => (index === 0 ? '' : `# note ${index}\n`));
}

function emptyLinesBetween(text: string, path: string): string {
  return beforeInstructions(text, path, index => (index === 0 ? '' : '\n\n'));
}

function lowerCaseKeywords(text: string, path: string): string | undefined {
  let result = '';
  let taken = 0;
  for (const instruction of parsedDockerfile(path, text).instructions) {
    const alias = instruction.kind === 'FROM' ? instruction.asKeyword : undefined;
    for (const word of [instruction.keyword, ...(alias ? [alias] : [])]) {
      result += text.slice(taken, word.span.start) + text.slice(word.span.start, word.span.end).toLowerCase();
      taken = word.span.end;
    }
  }
  const written = result + text.slice(taken);
  return written === text ? undefined : written;
}

/** A file with other directives, or with a backslash or backquote elsewhere than at a line's end, would mean something else. */
function backquoteEscape(text: string, path: string): string | undefined {
  const { directives, instructions } = parsedDockerfile(path, text);
  const others = text.replaceAll(/\\\r?\n/g, '');
  if (directives.length > 0 || instructions.some(it => it.heredocs.length > 0)) return undefined;
  if (/[\\`]/.test(others) || !/\\\n/.test(text)) return undefined;
  return `# escape=\`\n${text.replaceAll(/\\(?=\r?\n)/g, '`')}`;
}

/** A heredoc's body means its spaces. */
function tabs(text: string, path: string): string | undefined {
  if (parsedDockerfile(path, text).instructions.some(it => it.heredocs.length > 0)) return undefined;
  const written = text.replaceAll(/^(?: {4}| {2})+/gm, spaces => '\t'.repeat(Math.ceil(spaces.length / 4)));
  return written === text ? undefined : written;
}

function syntaxLine(text: string, path: string): string | undefined {
  return parsedDockerfile(path, text).directives.length > 0
    ? undefined
    : `# syntax=docker/dockerfile:1\n${text}`;
}

function argBeforeFrom(text: string, path: string): string | undefined {
  const first = parsedDockerfile(path, text).instructions[0];
  if (first?.kind !== 'FROM') return undefined;
  return `${text.slice(0, first.span.start)}ARG PLIMSOLL_TEST=1\n${text.slice(first.span.start)}`;
}

function platforms(text: string, path: string): string | undefined {
  const froms = parsedDockerfile(path, text).stages.map(stage => stage.from);
  if (froms.length === 0 || froms.some(from => from.flags.length > 0)) return undefined;
  let result = '';
  let taken = 0;
  for (const { keyword } of froms) {
    result += `${text.slice(taken, keyword.span.end)} --platform=linux/amd64`;
    taken = keyword.span.end;
  }
  return result + text.slice(taken);
}

/** Writes something before the line of each service. */
function beforeServices(text: string, path: string, write: (indent: string) => string): string | undefined {
  let result = '';
  let taken = 0;
  for (const { start } of parsedCompose(path, text)
    .services.map(it => it.entry.span)
    .sort((a, b) => a.start - b.start)) {
    const line = text.lastIndexOf('\n', start - 1) + 1;
    const indent = text.slice(line, start);
    if (line < taken || indent.trim() !== '' || line === 0) continue;
    result += text.slice(taken, line) + write(indent);
    taken = line;
  }
  return taken === 0 ? undefined : result + text.slice(taken);
}

function commentsBeforeServices(text: string, path: string): string | undefined {
  let count = 0;
  return beforeServices(text, path, indent => `${indent}# note ${++count}\n`);
}

function emptyLinesBeforeServices(text: string, path: string): string | undefined {
  return beforeServices(text, path, () => '\n\n');
}

function documentStart(text: string): string | undefined {
  return /^(---|%)/m.test(text) ? undefined : `---\n${text}`;
}

/** A block scalar means its spaces, and a mapping in a list is as far in as the text behind its dash. */
function wideIndentation(text: string): string | undefined {
  if (/[|>][-+\d]*\s*$/m.test(text) || /\t/.test(text) || /^ *- [\w"']+:(\s|$)/m.test(text)) return undefined;
  const written = text.replaceAll(/^ +/gm, spaces => spaces.repeat(2));
  return written === text ? undefined : written;
}
