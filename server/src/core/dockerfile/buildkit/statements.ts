// The lines of a Dockerfile as BuildKit joins them. Source of the behaviour: frontend/dockerfile/parser of BuildKit
// 0.34, and test/core/buildkit.test.ts, which holds what that parser says of many files.
import { type Excerpt, ExcerptBuilder, sourceSpan, subExcerpt } from '../../text/excerpt';
import { type Problem, syntaxProblem } from '../../text/problem';
import { type Span, span } from '../../text/span';
import { type EngineHeredoc, heredocsOf } from './heredocs';
import { BLANKS, isSpace } from './space';
import { jsonArray, takeFlags } from './words';

/** One instruction with what belongs to it, heredocs aside. */
export interface Statement {
  /** As written. */
  readonly keyword: string;
  readonly flags: readonly string[];
  /** What stands behind keyword and flags, white space at its ends aside. */
  readonly rest: string;
  /** Where it begins in the joined line. */
  readonly restAt: number;
  /** The joined line. */
  readonly line: Excerpt;
  /** From the keyword to the last character that is no white space. */
  readonly span: Span;
  readonly keywordSpan: Span;
}

export interface Statements {
  readonly statements: readonly Statement[];
  /** What ends the reading: BuildKit looks at nothing behind the first one. */
  readonly problems: readonly Problem[];
  readonly escapeChar: '\\' | '`';
}

/** BuildKit reads lines of at most so many bytes. */
const MAX_LINE_BYTES = 65_535;

/** Splits a Dockerfile into instructions. Never fails. */
export function readStatements(text: string): Statements {
  return new StatementReader(text).read();
}

interface Line {
  /** Without the line end. */
  readonly text: string;
  readonly start: number;
  /** With the line end. */
  readonly length: number;
}

class StatementReader {
  private at = 0;
  private readonly statements: Statement[] = [];
  private readonly problems: Problem[] = [];
  private readonly directives = new Set<string>();
  private mayHaveDirectives = true;
  private escapeChar: '\\' | '`' = '\\';

  constructor(private readonly text: string) {
    // A byte order mark at the start belongs to no line.
    if (text.startsWith('\ufeff')) this.at = 1;
  }

  read(): Statements {
    while (this.problems.length === 0) {
      const line = this.nextLine();
      if (!line) break;
      const indent = leadingSpace(line.text);
      this.readDirective(line, indent);
      if (line.text.charAt(indent) === '#') continue;
      this.readStatement(line, indent);
    }
    return { statements: this.statements, problems: this.problems, escapeChar: this.escapeChar };
  }

  private nextLine(): Line | undefined {
    if (this.at >= this.text.length || this.problems.length > 0) return undefined;
    const start = this.at;
    const lineBreak = this.text.indexOf('\n', start);
    this.at = lineBreak === -1 ? this.text.length : lineBreak + 1;
    const length = this.at - start;
    if (isTooLong(this.text.slice(start, this.at))) {
      this.problems.push(
        syntaxProblem(
          span(start, start + 80),
          `the line is longer than ${MAX_LINE_BYTES} bytes: BuildKit refuses the file`,
        ),
      );
      return undefined;
    }
    let end = this.at;
    while (end > start && /[\r\n]/.test(this.text.charAt(end - 1))) end--;
    return { text: this.text.slice(start, end), start, length };
  }

  private readDirective({ text, start }: Line, indent: number): void {
    if (!this.mayHaveDirectives) return;
    const read = directiveOf(text.slice(indent));
    const name = read?.name ?? '';
    if (!DIRECTIVES.includes(name)) {
      this.mayHaveDirectives = false;
      return;
    }
    const where = span(start + indent, start + text.trimEnd().length);
    const value = read?.value;
    if (this.directives.has(name))
      this.problems.push(syntaxProblem(where, `the directive ${name} is set twice: only one is allowed`));
    else if (name === 'escape' && value !== '`' && value !== '\\')
      this.problems.push(syntaxProblem(where, 'the escape character can only be \\ or `'));
    else if (name === 'escape') this.escapeChar = value === '`' ? '`' : '\\';
    this.directives.add(name);
  }

  private readStatement(first: Line, indent: number): void {
    const builder = new ExcerptBuilder();
    let end = first.start + indent;
    let goesOn = true;
    const take = (line: Line, from: number) => {
      const kept = this.withoutContinuation(line.text.slice(from));
      goesOn = kept !== undefined;
      const content = kept ?? line.text.slice(from);
      builder.take(content, line.start + from);
      const ends = content.trimEnd().length;
      if (ends > 0) end = line.start + from + ends;
      return content;
    };
    const content = take(first, indent);
    if (!goesOn && content === '') return;
    while (goesOn) {
      const line = this.nextLine();
      if (!line) break;
      const blank = leadingSpace(line.text);
      if (blank === line.text.length || line.text.charAt(blank) === '#') continue;
      take(line, 0);
    }
    const statement = statementOf(builder.finish(end), first.start + indent, end, this.escapeChar);
    this.statements.push(statement);
    for (const heredoc of openedHeredocs(statement, this.escapeChar)) this.skipHeredoc(heredoc, statement);
  }

  /** The line without its escape character at the end; undefined where it has none, or an escaped one. */
  private withoutContinuation(line: string): string | undefined {
    let end = line.length;
    while (end > 0 && /[\t ]/.test(line.charAt(end - 1))) end--;
    if (line.charAt(end - 1) !== this.escapeChar || line.charAt(end - 2) === this.escapeChar)
      return undefined;
    return line.slice(0, end - 1);
  }

  private skipHeredoc({ name, chomps }: EngineHeredoc, { line, span: at }: Statement): void {
    for (let next = this.nextLine(); next; next = this.nextLine()) {
      const content = chomps ? next.text.replace(/^\t+/, '') : next.text;
      if (content === name) return;
    }
    if (this.problems.length > 0) return;
    const opening = line.text.indexOf('<<');
    const where = opening === -1 ? at : sourceSpan(line, span(opening, wordEnd(line.text, opening)));
    this.problems.push(
      syntaxProblem(where, `the heredoc ${name} is never closed: the rest of the file becomes part of it`),
    );
  }
}

const DIRECTIVES: readonly string[] = ['syntax', 'escape', 'check'];

/** `# name = value`, whatever the name; undefined where the line has no value. */
function directiveOf(line: string): { name: string; value: string } | undefined {
  if (!line.startsWith('#')) return undefined;
  const body = line.slice(1 + leadingSpace(line.slice(1)));
  const match = /^([a-z][a-z0-9]*)[\t\f\r ]*=/i.exec(body);
  const written = match && body.slice(match[0].length);
  if (!written) return undefined;
  // White space alone counts as a value.
  return { name: match[1]?.toLowerCase() ?? '', value: written.trim() || ' ' };
}

function leadingSpace(text: string): number {
  let at = 0;
  while (at < text.length && isSpace(text.charAt(at))) at++;
  return at;
}

/** @param line with its line end */
function isTooLong(line: string): boolean {
  // A character has at most three bytes for each of its UTF-16 units.
  if (line.length * 3 <= MAX_LINE_BYTES) return false;
  let bytes = line.endsWith('\n') ? -1 : 0;
  for (const char of line) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes > MAX_LINE_BYTES;
}

function wordEnd(text: string, start: number): number {
  const length = text.slice(start).search(/\s/);
  return length === -1 ? text.length : start + length;
}

function statementOf(line: Excerpt, start: number, end: number, escapeChar: string): Statement {
  const parts = split(line.text, escapeChar);
  const restAt = endOfTrimmed(line.text) - parts.rest.length;
  return { ...parts, restAt, line, span: span(start, end), keywordSpan: keywordSpan(line, end) };
}

/** The keyword, the flags and the rest of an instruction; an ONBUILD has another one as its rest. */
export function split(line: string, escapeChar: string): Pick<Statement, 'keyword' | 'flags' | 'rest'> {
  const end = endOfTrimmed(line);
  const trimmed = line.slice(leadingSpace(line), end);
  const blanks = BLANKS.exec(trimmed);
  if (!blanks) return { keyword: trimmed, flags: [], rest: '' };
  const behind = trimmed.slice(blanks.index + blanks[0].length);
  return { keyword: trimmed.slice(0, blanks.index), ...takeFlags(behind, escapeChar) };
}

function endOfTrimmed(line: string): number {
  let end = line.length;
  while (end > 0 && isSpace(line.charAt(end - 1))) end--;
  return Math.max(end, leadingSpace(line));
}

function keywordSpan(line: Excerpt, end: number): Span {
  const start = leadingSpace(line.text);
  const length = line.text.slice(start).search(/[\t\v\f\r ]/);
  const at = subExcerpt(line, span(start, length === -1 ? endOfTrimmed(line.text) : start + length));
  const found = sourceSpan(at, span(0, at.text.length));
  return found.start < found.end ? found : span(Math.min(found.start, end), end);
}

const WITH_HEREDOCS: readonly string[] = ['add', 'copy', 'run'];

function openedHeredocs({ keyword, rest, line }: Statement, escapeChar: string): EngineHeredoc[] {
  if (!line.text.includes('<<')) return [];
  const inner = keyword.toLowerCase() === 'onbuild' ? split(rest, escapeChar) : { keyword, rest };
  if (!WITH_HEREDOCS.includes(inner.keyword.toLowerCase()) || jsonArray(inner.rest) !== undefined) return [];
  return heredocsOf(line.text);
}
