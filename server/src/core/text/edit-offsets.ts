import type { Edit } from './edit';
import { firstFrom } from './in-order';

/** Where an offset of a text is once edits are applied: before and behind what they insert there. */
export interface MovedOffset {
  readonly before: number;
  readonly behind: number;
}

/** Where the offsets of a text are once edits that do not overlap are applied; each is found in the time of a search. */
export function movedBy(edits: readonly Edit[]): (offset: number) => MovedOffset {
  const ordered = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const grown = [0];
  for (const { span, newText } of ordered)
    grown.push((grown.at(-1) ?? 0) + newText.length - (span.end - span.start));
  return offset => {
    // The edits that begin before the offset: all but the last of them end before it, too.
    let index = firstFrom(ordered, offset);
    const last = ordered[index - 1];
    let before = offset + (grown[index] ?? 0);
    let behind = before;
    if (last && last.span.end > offset) {
      before = last.span.start + (grown[index - 1] ?? 0);
      behind = before + last.newText.length;
    }
    for (let next = ordered[index]; next?.span.end === offset; next = ordered[++index])
      behind += next.newText.length;
    return { before, behind };
  };
}
