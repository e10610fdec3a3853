import { type Excerpt, ExcerptBuilder } from '../text/excerpt';
import { type Span, textAt } from '../text/span';

/**
 * The place in the file of each character of a scalar's value, however the scalar is written: plain, quoted,
 * literal, folded. A character that is written as an escape comes from the last character of the escape; the
 * blank or line break that folding leaves comes from the white space that was folded.
 *
 * @param at the scalar in the file, with its quotes or its block header
 */
export function align(value: string, file: string, at: Span): Excerpt {
  const source = textAt(file, at);
  if (source.startsWith(value)) return { text: value, origins: { from: at.start } };
  return new Alignment(value, source, at.start).excerpt();
}

/** White space around at least one line break: what folding turns into a blank or into fewer breaks. */
const BREAKS = /(?:\r?\n[ \t]*)+/y;
const BLANKS = /[ \t]*/y;
const ESCAPE = /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[^\r\n])/y;
const ESCAPED_BREAK = /\\\r?\n[ \t]*/y;
const BLOCK_HEADER = /^[|>][^\n]*(?:\n|$)/;

/** Walks through the value and the way it is written side by side. */
class Alignment {
  private readonly builder = new ExcerptBuilder();
  private readonly isBlock: boolean;
  private readonly quote: string;
  /** Columns that every line of a block scalar is indented by. */
  private readonly indent: number = 0;
  private readonly end: number;
  private at: number;
  /** Where the blanks end that were looked at last. */
  private blanksEnd = 0;

  constructor(
    private readonly value: string,
    private readonly source: string,
    private readonly offset: number,
  ) {
    const header = BLOCK_HEADER.exec(source)?.[0];
    this.isBlock = header !== undefined;
    this.quote = /^["']/.exec(source)?.[0] ?? '';
    this.at = header?.length ?? this.quote.length;
    this.end = source.length;
    if (header === undefined) {
      if (this.quote !== '' && source.endsWith(this.quote) && source.length > 1) this.end--;
      return;
    }
    this.indent = blockIndent(source.slice(header.length), value);
    this.skipIndent();
  }

  excerpt(): Excerpt {
    for (let i = 0; i < this.value.length; i += this.next(i));
    return this.builder.finish(this.offset + this.end);
  }

  /** Takes over the next characters of the value. @returns how many */
  private next(i: number): number {
    this.skipEscapedBreak();
    const char = this.value.charAt(i);
    if (char === '\n' || char === ' ') {
      const taken = this.isBlock ? this.blockBreaks(i) : this.flowBreaks(i);
      if (taken > 0) return taken;
    }
    const escaped = this.escapeLength();
    if (escaped > 0) {
      const pair = /^[\ud800-\udbff][\udc00-\udfff]/.test(this.value.slice(i, i + 2)) ? 2 : 1;
      this.take(this.value.slice(i, i + pair), escaped - 1);
      this.at += escaped;
      return pair;
    }
    this.take(char, 0);
    this.at = Math.min(this.at + 1, this.end);
    return 1;
  }

  private take(text: string, ahead: number): void {
    this.builder.takeAs(text, this.offset + Math.min(this.at + ahead, this.end));
  }

  private skipEscapedBreak(): void {
    if (this.quote !== '"') return;
    for (let skipped = this.match(ESCAPED_BREAK); skipped > 0; skipped = this.match(ESCAPED_BREAK)) {
      this.at += skipped;
    }
  }

  private escapeLength(): number {
    if (this.quote === '"') return this.match(ESCAPE);
    return this.quote === "'" && this.source.startsWith("''", this.at) ? 2 : 0;
  }

  /** The white space around at least one line break. A run of blanks is looked at once, not again for each of them. */
  private breaksLength(): number {
    if (this.at >= this.blanksEnd) this.blanksEnd = this.at + this.match(BLANKS);
    const start = this.at;
    this.at = this.blanksEnd;
    const breaks = this.match(BREAKS);
    this.at = start;
    return breaks === 0 ? 0 : this.blanksEnd - start + breaks;
  }

  /** Folding in plain and quoted scalars: one break becomes a blank, each further one a break. */
  private flowBreaks(i: number): number {
    const folded = this.breaksLength();
    if (folded === 0) return 0;
    const taken = this.value.charAt(i) === ' ' ? 1 : countBreaks(this.value, i);
    this.take(this.value.slice(i, i + taken), 0);
    this.at += folded;
    return taken;
  }

  /** Breaks of a block scalar, one by one: a folded one is a blank, or is dropped before others that stay. */
  private blockBreaks(i: number): number {
    if (this.breakLength() === 0) return 0;
    if (this.value.charAt(i) === ' ') {
      this.take(' ', 0);
      this.skipBreak();
      return 1;
    }
    const kept = countBreaks(this.value, i);
    let written = this.breaksAhead();
    for (let n = 0; n < kept; n++) {
      for (; written > kept - n && n === 0; written--) this.skipBreak();
      this.take('\n', 0);
      this.skipBreak();
    }
    return kept;
  }

  private breakLength(): number {
    if (this.source.startsWith('\r\n', this.at)) return 2;
    return this.source.charAt(this.at) === '\n' ? 1 : 0;
  }

  private skipBreak(): void {
    const length = this.breakLength();
    if (length === 0) return;
    this.at += length;
    this.skipIndent();
  }

  private skipIndent(): void {
    for (let n = 0; n < this.indent && this.source.charAt(this.at) === ' '; n++) this.at++;
  }

  /** How many line breaks follow each other here, with nothing but indentation between. */
  private breaksAhead(): number {
    const start = this.at;
    let count = 0;
    for (; this.breakLength() > 0; count++) this.skipBreak();
    this.at = start;
    return count;
  }

  private match(pattern: RegExp): number {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source);
    return found && this.at + found[0].length <= this.end ? found[0].length : 0;
  }
}

function countBreaks(text: string, from: number): number {
  let end = from;
  while (text.charAt(end) === '\n') end++;
  return end - from;
}

/** The indentation of a block scalar: its first line that is not blank has that of the block, and its own. */
function blockIndent(lines: string, value: string): number {
  const first = /^[ \t]*\S/m.exec(lines)?.[0] ?? '';
  const own = /^[ \t]*\S/m.exec(value)?.[0] ?? '';
  return Math.max(first.length - own.length, 0);
}
