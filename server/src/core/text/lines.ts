import { RecentFiles } from './once-per';
import { type Span, span } from './span';

/** Zero-based line and UTF-16 column, as in LSP. Only the outer edges of the program speak in these. */
export interface LineColumn {
  readonly line: number;
  readonly character: number;
}

/** Texts whose lines are remembered: a rule edits the file that it checks, and a few beside it. */
const remembered = new RecentFiles<Lines>({ files: 16, length: Number.MAX_SAFE_INTEGER });

/**
 * The lines of a text, the same table each time: every finding and every edit asks for it, and building it takes a
 * walk over the whole file.
 */
export function linesOf(text: string): Lines {
  return remembered.of(text) ?? remembered.set(text, new Lines(text));
}

/** The lines of one text: where each begins, and which line end the file uses. `linesOf` gives them. */
export class Lines {
  private readonly starts: Uint32Array;
  /** The line end of the file: the one of its first line, `\n` where there is none. */
  readonly eol: '\n' | '\r\n';

  constructor(readonly text: string) {
    let count = 1;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
    // Of a fixed size: a long file may hold millions of lines.
    this.starts = new Uint32Array(count);
    let line = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
      this.starts[++line] = at + 1;
    const firstBreak = text.indexOf('\n');
    this.eol = firstBreak > 0 && text[firstBreak - 1] === '\r' ? '\r\n' : '\n';
  }

  get count(): number {
    return this.starts.length;
  }

  lineOf(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  at(offset: number): LineColumn {
    const line = this.lineOf(offset);
    return { line, character: offset - (this.starts[line] ?? 0) };
  }

  /** The offset of a place; one past the line's or the file's end is taken back to it. */
  offset({ line, character }: LineColumn): number {
    const start = this.starts[line];
    if (start === undefined) return this.text.length;
    return Math.min(start + character, this.contentEnd(line));
  }

  startOf(line: number): number {
    return this.starts[line] ?? this.text.length;
  }

  /** The end of the line without its line break. */
  contentEnd(line: number): number {
    const next = this.starts[line + 1];
    if (next === undefined) return this.text.length;
    return this.text[next - 2] === '\r' ? next - 2 : next - 1;
  }

  /** Where the next line starts, the text's end for the last line. */
  endOf(line: number): number {
    return this.starts[line + 1] ?? this.text.length;
  }

  textOf(line: number): string {
    return this.text.slice(this.startOf(line), this.contentEnd(line));
  }

  /** From the start of the first line that `at` touches to the end (with line break) of the last. */
  wholeLines(at: Span): Span {
    const lastOffset = at.end > at.start ? at.end - 1 : at.end;
    return span(this.startOf(this.lineOf(at.start)), this.endOf(this.lineOf(lastOffset)));
  }

  /** The white space that the line of `offset` begins with. */
  indentAt(offset: number): string {
    return /^[ \t]*/.exec(this.textOf(this.lineOf(offset)))?.[0] ?? '';
  }
}
