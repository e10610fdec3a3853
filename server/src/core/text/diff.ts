import { createTwoFilesPatch, diffLines } from 'diff';
import type { Edit } from './edit';
import { span } from './span';
import { visible } from './visible';

/** A unified diff of two versions of one file, as `git apply` reads it; empty where they are equal. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const created = before === '';
  return createTwoFilesPatch(
    created ? '/dev/null' : quotedName(`a/${path}`),
    quotedName(`b/${path}`),
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

/** A name as git writes it in a patch: in quotes, and in bytes where it holds what would not be seen or would end it. */
function quotedName(name: string): string {
  if (visible(name) === name && !/["\\]/.test(name)) return name;
  const text = name.replace(/["\\]|[^ -~]/gu, character =>
    /["\\]/.test(character) ? `\\${character}` : octal(character),
  );
  return `"${text}"`;
}

/** `\302\233`, the bytes of UTF-8. A half of a surrogate pair has none. */
function octal(character: string): string {
  const bytes = /\p{Cs}/u.test(character) ? '%EF%BF%BD' : encodeURIComponent(character);
  const escapes = bytes.includes('%') ? bytes.slice(1).split('%') : [character.charCodeAt(0).toString(16)];
  return escapes.map(byte => `\\${Number.parseInt(byte, 16).toString(8).padStart(3, '0')}`).join('');
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
