import { type Span, span } from '../../server/src/core/text/span';

/** Takes the «marks» out of a text and tells where they stood. */
export function readMarks(marked: string): { text: string; marks: Span[] } {
  const marks: Span[] = [];
  const open: number[] = [];
  let text = '';
  for (const char of marked) {
    if (char === '«') open.push(text.length);
    else if (char === '»') marks.push(span(open.pop() ?? 0, text.length));
    else text += char;
  }
  return { text, marks: inOrder(marks) };
}

export function inOrder(spans: readonly Span[]): Span[] {
  return spans.map(({ start, end }) => ({ start, end })).sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The text with the spans marked, to show in a failure. */
export function withMarks(text: string, spans: readonly Span[]): string {
  const stops = spans.flatMap(({ start, end }) => [
    { at: start, mark: '«' },
    { at: end, mark: '»' },
  ]);
  let result = '';
  let taken = 0;
  for (const { at, mark } of stops.sort((a, b) => a.at - b.at)) {
    result += text.slice(taken, at) + mark;
    taken = at;
  }
  return result + text.slice(taken);
}
