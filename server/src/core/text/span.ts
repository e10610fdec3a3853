/** A stretch of a file: UTF-16 offsets, `start` inclusive, `end` exclusive. The only position type in core. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A span from its two ends: UTF-16 offsets. */
export function span(start: number, end: number): Span {
  return { start, end };
}

/** True where the two spans share a character or touch at an end (an empty span touches its neighbours). */
export function touches(a: Span, b: Span): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** True where no character of `inner` is outside of `outer`; an empty span may be at an end. */
export function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** The smallest span that holds both. */
export function join(a: Span, b: Span): Span {
  return span(Math.min(a.start, b.start), Math.max(a.end, b.end));
}

/** The characters of a span. */
export function textAt(text: string, at: Span): string {
  return text.slice(at.start, at.end);
}
