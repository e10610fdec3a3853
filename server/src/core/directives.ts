import type { Dockerfile } from './dockerfile/model';
import type { PythonManifest } from './manifest/python-manifest';
import type { SourceFile } from './rule';
import { type Lines, linesOf } from './text/lines';
import { contains, type Span, span } from './text/span';

/** A comment that silences rules, and the part of the file that it silences them in. */
export interface Suppression {
  readonly span: Span;
  /** Ids or aliases in lower case; `all` for every rule. */
  readonly rules: readonly string[];
  readonly scope: Span;
  readonly reason: string | undefined;
}

const OURS = /^plimsoll\s+(ignore|ignore-file)=([\w,\s-]+?)(?:\s+--\s*(.+))?$/i;
const HADOLINT = /^hadolint\s+(?:(global)\s+)?ignore\s*=\s*([\w,\s-]+)$/i;
const BUILDKIT = /^check\s*=\s*(.+)$/i;

/**
 * The suppressions of a file: `# plimsoll ignore=RULE -- reason` for the next instruction or service,
 * `# plimsoll ignore-file=RULE` for the file, hadolint's `# hadolint ignore=ID` and BuildKit's `# check=skip=ID`.
 */
export function suppressions(file: SourceFile): Suppression[] {
  const lines = linesOf(file.text);
  const directives = file.language === 'dockerfile' ? checkDirectives(file) : [];
  const known = new Set(directives.map(it => it.span.start));
  const comments = file.comments.flatMap(comment => {
    const read = readComment(comment.text);
    if (!read || known.has(comment.span.start)) return [];
    const wholeFile = span(0, file.text.length);
    const scope = read.wholeFile ? wholeFile : scopeOf(file, comment.span, lines);
    return [{ span: comment.span, rules: read.rules, scope, reason: read.reason }];
  });
  return [...directives, ...comments];
}

function checkDirectives(file: Dockerfile): Suppression[] {
  return file.directives
    .filter(directive => directive.name === 'check')
    .map(directive => ({
      span: directive.span,
      rules: skippedChecks(directive.value),
      scope: span(0, file.text.length),
      reason: undefined,
    }));
}

interface ReadComment {
  readonly rules: readonly string[];
  readonly wholeFile: boolean;
  readonly reason: string | undefined;
}

function readComment(text: string): ReadComment | undefined {
  const ours = OURS.exec(text);
  if (ours) {
    return {
      rules: ruleList(ours[2]),
      wholeFile: ours[1]?.toLowerCase() === 'ignore-file',
      reason: ours[3]?.trim(),
    };
  }
  const hadolint = HADOLINT.exec(text);
  if (hadolint)
    return { rules: ruleList(hadolint[2]), wholeFile: hadolint[1] !== undefined, reason: undefined };
  const buildkit = BUILDKIT.exec(text);
  return buildkit
    ? { rules: skippedChecks(buildkit[1] ?? ''), wholeFile: false, reason: undefined }
    : undefined;
}

function ruleList(text = ''): string[] {
  return text
    .split(/[\s,]+/)
    .filter(id => id !== '')
    .map(id => id.toLowerCase());
}

function skippedChecks(value: string): string[] {
  return value
    .split(';')
    .filter(part => part.trim().toLowerCase().startsWith('skip='))
    .flatMap(part => ruleList(part.slice(part.indexOf('=') + 1)));
}

/** A comment at the end of a line speaks of that line, one on its own line of what follows. */
function scopeOf(file: SourceFile, comment: Span, lines: Lines): Span {
  const line = lines.lineOf(comment.start);
  const before = lines.textOf(line).slice(0, comment.start - lines.startOf(line));
  if (before.trim() !== '') return lines.wholeLines(comment);
  switch (file.language) {
    case 'dockerfile':
      return nextInstruction(file, comment);
    case 'compose':
      return nextYamlBlock(file.text, comment, lines);
    case 'python-manifest':
      return nextRequirement(file, comment, lines);
  }
}

/** The next entry, and what else stands on its line: a list may be written on one. */
function nextRequirement(file: PythonManifest, comment: Span, lines: Lines): Span {
  const entries = [...file.requirements, ...file.includes].map(it => it.span);
  const next = entries.filter(it => it.start >= comment.end).sort((a, b) => a.start - b.start)[0];
  if (!next) return comment;
  return span(next.start, Math.max(next.end, lines.contentEnd(lines.lineOf(next.start))));
}

function nextInstruction(file: Dockerfile, comment: Span): Span {
  const around = file.instructions.find(it => contains(it.span, comment));
  const next = around ?? file.instructions.find(it => it.span.start >= comment.end);
  return next?.span ?? comment;
}

/** The next key or item with all that is indented below it. */
function nextYamlBlock(text: string, comment: Span, lines: Lines): Span {
  const isContent = (line: number) => !/^\s*(#|$)/.test(lines.textOf(line));
  let first = lines.lineOf(comment.start) + 1;
  while (first < lines.count && !isContent(first)) first++;
  if (first >= lines.count) return span(comment.end, text.length);
  const indent = lines.indentAt(lines.startOf(first)).length;
  let last = first;
  for (let line = first + 1; line < lines.count; line++) {
    if (!isContent(line)) continue;
    if (lines.indentAt(lines.startOf(line)).length <= indent) break;
    last = line;
  }
  return span(lines.startOf(first), lines.contentEnd(last));
}

/** @param names what comments may call the rule, in lower case: `namesOf` */
export function isSuppressed(at: Span, names: readonly string[], all: readonly Suppression[]): boolean {
  return all.some(
    ({ scope, rules }) =>
      contains(scope, span(at.start, at.start)) && rules.some(rule => rule === 'all' || names.includes(rule)),
  );
}
