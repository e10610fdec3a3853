import { createTwoFilesPatch, diffLines } from 'diff';
import type { Edit } from './edit';
import { span } from './span';

/** A unified diff of two versions of one file, as `git apply` reads it; empty where they are equal. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const created = before === '';
  return createTwoFilesPatch(
    created ? '/dev/null' : `a/${path}`,
    `b/${path}`,
    before,
    after,
    undefined,
    undefined,
    {
      context: 3,
      headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
    },
  );
}

/** The changed stretches between two texts as edits of whole lines, so that cursors elsewhere stay. */
export function minimalEdits(before: string, after: string): Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  let open: { start: number; end: number; newText: string } | undefined;
  for (const part of diffLines(before, after)) {
    if (!part.added && !part.removed) {
      if (open) edits.push({ span: span(open.start, open.end), newText: open.newText });
      open = undefined;
      at += part.value.length;
      continue;
    }
    open ??= { start: at, end: at, newText: '' };
    if (part.added) open.newText += part.value;
    else {
      open.end += part.value.length;
      at += part.value.length;
    }
  }
  if (open) edits.push({ span: span(open.start, open.end), newText: open.newText });
  return edits;
}
