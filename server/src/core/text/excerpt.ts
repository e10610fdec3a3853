import { type Span, span } from './span';

/**
 * Text taken out of a file with the place that each character came from: what the shell gets of a RUN
 * (continuations joined, comment lines dropped), the value of a JSON or YAML string, the script of `sh -c`.
 * Offsets of `text` become offsets of the file by `sourceSpan`.
 */
export interface Excerpt {
  readonly text: string;
  /** Where the text came from: one stretch of the file as it is there, or several pieces. */
  readonly origins: { readonly from: number } | Origins;
}

interface Origins {
  /** In order; the first begins at 0. */
  readonly pieces: readonly Piece[];
  /** The end of the excerpt in the file. */
  readonly end: number;
}

/** A stretch of the excerpt's text, up to the next piece. */
interface Piece {
  /** Where it begins in the text. */
  readonly at: number;
  /** Where it begins in the file. */
  readonly from: number;
  /** 1 where it is in the file as it is, 0 where all of it came from one place (an escape). */
  readonly step: 0 | 1;
}

/** The part of the file as it stands. */
export function excerptOf(file: string, at: Span): Excerpt {
  return { text: file.slice(at.start, at.end), origins: { from: at.start } };
}

/** The place in the file of a character of the excerpt; at its end, the offset where it ends in the file. */
export function sourceOffset({ text, origins }: Excerpt, offset: number): number {
  if ('from' in origins) return origins.from + offset;
  if (offset >= text.length) return origins.end;
  const piece = pieceAt(origins.pieces, offset);
  return piece ? piece.from + piece.step * (offset - piece.at) : origins.end;
}

function pieceAt(pieces: readonly Piece[], offset: number): Piece | undefined {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.at ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return pieces[low];
}

/** The place in the file of a span of the excerpt: it ends right behind its last character. */
export function sourceSpan(excerpt: Excerpt, at: Span): Span {
  const start = sourceOffset(excerpt, at.start);
  if (at.end <= at.start) return span(start, start);
  return span(start, Math.max(start, sourceOffset(excerpt, at.end - 1) + 1));
}

/** A part of an excerpt; `at` are offsets in the excerpt's text. */
export function subExcerpt(excerpt: Excerpt, at: Span): Excerpt {
  const { origins } = excerpt;
  const text = excerpt.text.slice(at.start, at.end);
  if ('from' in origins) return { text, origins: { from: origins.from + at.start } };
  const first = {
    at: 0,
    from: sourceOffset(excerpt, at.start),
    step: pieceAt(origins.pieces, at.start)?.step ?? 1,
  };
  const rest = origins.pieces.filter(piece => piece.at > at.start && piece.at < at.end);
  const pieces = [first, ...rest.map(piece => ({ ...piece, at: piece.at - at.start }))];
  return { text, origins: { pieces, end: sourceOffset(excerpt, at.end) } };
}

/** Builds an excerpt piece by piece. */
export class ExcerptBuilder {
  private readonly parts: string[] = [];
  private readonly pieces: Piece[] = [];
  private length = 0;

  /** Takes `text` over as it is at `from`. */
  take(text: string, from: number): this {
    const last = this.pieces.at(-1);
    const continues = last?.step === 1 && last.from + this.length - last.at === from;
    return this.append(text, continues ? [] : [{ at: this.length, from, step: 1 }]);
  }

  /** Takes over text that is in the file in another form (an escape): all of it came from `from`. */
  takeAs(text: string, from: number): this {
    if (text.length === 1) return this.take(text, from);
    return this.append(text, [{ at: this.length, from, step: 0 }]);
  }

  /** Takes a whole excerpt over. */
  takeExcerpt({ text, origins }: Excerpt): this {
    if ('from' in origins) return this.take(text, origins.from);
    return this.append(
      text,
      origins.pieces.map(piece => ({ ...piece, at: piece.at + this.length })),
    );
  }

  finish(end: number): Excerpt {
    return { text: this.parts.join(''), origins: { pieces: this.pieces, end } };
  }

  private append(text: string, pieces: readonly Piece[]): this {
    if (text === '') return this;
    this.parts.push(text);
    this.pieces.push(...pieces);
    this.length += text.length;
    return this;
  }
}
