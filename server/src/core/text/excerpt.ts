import { type Span, span } from './span';

/**
 * Text taken out of a file with the place that each character came from: what the shell gets of a RUN
 * (continuations joined, comment lines dropped), the value of a JSON or YAML string, the script of `sh -c`.
 * Offsets of `text` become offsets of the file by `sourceSpan`.
 */
export interface Excerpt {
  readonly text: string;
  /** `origins[i]` is the file offset of `text[i]`; the extra last entry is the end of the excerpt in the file. */
  readonly origins: readonly number[] | { readonly from: number };
}

/** The part of the file as it stands. */
export function excerptOf(file: string, at: Span): Excerpt {
  return { text: file.slice(at.start, at.end), origins: { from: at.start } };
}

export function sourceOffset(excerpt: Excerpt, offset: number): number {
  if ('from' in excerpt.origins) return excerpt.origins.from + offset;
  return excerpt.origins[offset] ?? excerpt.origins.at(-1) ?? 0;
}

/** The place in the file of a span of the excerpt: it ends right behind its last character. */
export function sourceSpan(excerpt: Excerpt, at: Span): Span {
  const start = sourceOffset(excerpt, at.start);
  if (at.end <= at.start) return span(start, start);
  return span(start, Math.max(start, sourceOffset(excerpt, at.end - 1) + 1));
}

export function subExcerpt(excerpt: Excerpt, at: Span): Excerpt {
  const text = excerpt.text.slice(at.start, at.end);
  if ('from' in excerpt.origins) return { text, origins: { from: excerpt.origins.from + at.start } };
  return { text, origins: excerpt.origins.slice(at.start, at.end + 1) };
}

/** Builds an excerpt piece by piece. */
export class ExcerptBuilder {
  private readonly parts: string[] = [];
  private readonly origins: number[] = [];

  /** Takes `text` over as it stands at `from`. */
  take(text: string, from: number): this {
    this.parts.push(text);
    for (let i = 0; i < text.length; i++) this.origins.push(from + i);
    return this;
  }

  /** Takes over text that stands in the file in another form (an escape): all of it came from `from`. */
  takeAs(text: string, from: number): this {
    this.parts.push(text);
    for (let i = 0; i < text.length; i++) this.origins.push(from);
    return this;
  }

  finish(end: number): Excerpt {
    return { text: this.parts.join(''), origins: [...this.origins, end] };
  }
}
