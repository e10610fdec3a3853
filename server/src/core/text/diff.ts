import { type ChangeObject, createTwoFilesPatch, diffLines, formatPatch } from 'diff';
import type { Edit } from './edit';
import { span } from './span';

/**
 * Lines removed and added. The least of them is found in time by their square: a fraction of a second for as many. Beyond
 * that, all between the first and the last that changed counts as changed.
 */
const MOST_CHANGED_LINES = 2000;
const LIMIT = { maxEditLength: MOST_CHANGED_LINES } as const;

/** A unified diff of two versions of one file, as `git apply` reads it; empty where they are equal. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const oldName = before === '' ? '/dev/null' : `a/${path}`;
  const newName = `b/${path}`;
  const headerOptions = { includeIndex: false, includeUnderline: false, includeFileHeaders: true };
  const options = { context: CONTEXT, headerOptions, ...LIMIT };
  return (
    createTwoFilesPatch(oldName, newName, before, after, undefined, undefined, options) ??
    formatPatch(
      {
        oldFileName: oldName,
        newFileName: newName,
        oldHeader: undefined,
        newHeader: undefined,
        hunks: [wholeHunk(before, after)],
      },
      headerOptions,
    )
  );
}

/** Lines around a change. */
const CONTEXT = 3;

function wholeHunk(before: string, after: string) {
  const old = linesOf(before);
  const young = linesOf(after);
  const { start, end } = changedLines(old, young);
  const from = Math.max(start - CONTEXT, 0);
  const marked = (lines: readonly string[], mark: string) =>
    lines.flatMap(line => (line.endsWith('\n') ? [mark + line.slice(0, -1)] : [mark + line, NO_LINE_BREAK]));
  const behind = old.slice(old.length - end).slice(0, CONTEXT);
  return {
    oldStart: from + 1,
    oldLines: old.length - end - from + behind.length,
    newStart: from + 1,
    newLines: young.length - end - from + behind.length,
    lines: [
      ...marked(old.slice(from, start), ' '),
      ...marked(old.slice(start, old.length - end), '-'),
      ...marked(young.slice(start, young.length - end), '+'),
      ...marked(behind, ' '),
    ],
  };
}

const NO_LINE_BREAK = '\\ No newline at end of file';

/** Each with its line break. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

/** How many lines are the same at the start and at the end. */
function changedLines(old: readonly string[], young: readonly string[]): { start: number; end: number } {
  const most = Math.min(old.length, young.length);
  let start = 0;
  while (start < most && old[start] === young[start]) start++;
  let end = 0;
  while (end < most - start && old.at(-1 - end) === young.at(-1 - end)) end++;
  return { start, end };
}

function changes(before: string, after: string): Pick<ChangeObject<string>, 'added' | 'removed' | 'value'>[] {
  const found = diffLines(before, after, LIMIT);
  if (found) return found;
  const old = linesOf(before);
  const young = linesOf(after);
  const { start, end } = changedLines(old, young);
  const part = (lines: readonly string[], added: boolean, removed: boolean) => ({
    value: lines.join(''),
    added,
    removed,
  });
  return [
    part(old.slice(0, start), false, false),
    part(old.slice(start, old.length - end), false, true),
    part(young.slice(start, young.length - end), true, false),
    part(old.slice(old.length - end), false, false),
  ];
}

/** The changed stretches between two texts as edits of whole lines, so that cursors elsewhere stay. */
export function minimalEdits(before: string, after: string): Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  let open: { start: number; end: number; newText: string } | undefined;
  for (const part of changes(before, after)) {
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
