import { type Span, span } from './span';

/** Replaces the text at `span`; an empty span inserts, an empty `newText` removes. */
export interface Edit {
  readonly span: Span;
  readonly newText: string;
}

/** Puts a text in front of the character at an offset. */
export function insert(at: number, newText: string): Edit {
  return { span: span(at, at), newText };
}

/** Puts a text in the place of another. */
export function replace(at: Span, newText: string): Edit {
  return { span: at, newText };
}

/** Takes a text away. */
export function remove(at: Span): Edit {
  return { span: at, newText: '' };
}

function inOrder(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/** True where no two edits claim the same character, or insert at the same place. */
export function areDisjoint(edits: readonly Edit[]): boolean {
  const sorted = inOrder(edits);
  return sorted.every((edit, index) => {
    const before = sorted[index - 1];
    if (!before) return true;
    return (
      before.span.end < edit.span.start ||
      (before.span.end === edit.span.start && !isInsertionAt(before, edit))
    );
  });
}

function isInsertionAt(before: Edit, edit: Edit): boolean {
  return before.span.start === before.span.end && edit.span.start === edit.span.end;
}

/**
 * The text with every edit applied. Edits refer to the original text and may come in any order.
 *
 * @throws RangeError where two edits overlap: applying them would depend on their order.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  if (!areDisjoint(edits)) throw new RangeError('two edits overlap');
  let result = '';
  let taken = 0;
  for (const { span: at, newText } of inOrder(edits)) {
    result += text.slice(taken, at.start) + newText;
    taken = at.end;
  }
  return result + text.slice(taken);
}
