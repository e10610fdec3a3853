import type { Span } from './span';

interface Placed {
  readonly span: Span;
}

/** The index of the first item that begins at `offset` or behind it. @param items in file order */
export function firstFrom(items: readonly Placed[], offset: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.span.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first item that holds the character at `offset`, or ends there. @param items in file order, none inside another */
export function itemAt<Item extends Placed>(items: readonly Item[], offset: number): Item | undefined {
  const next = firstFrom(items, offset);
  const [before, at] = [items[next - 1], items[next]];
  if (before && offset <= before.span.end) return before;
  return at && at.span.start === offset ? at : undefined;
}

/** The items that lie inside `outer`, in file order. @param items in file order, none inside another */
export function itemsInside<Item extends Placed>(items: readonly Item[], outer: Span): Item[] {
  const found: Item[] = [];
  for (let at = firstFrom(items, outer.start); at < items.length; at++) {
    const item = items[at];
    if (!item || item.span.start > outer.end) break;
    if (item.span.end <= outer.end) found.push(item);
  }
  return found;
}
