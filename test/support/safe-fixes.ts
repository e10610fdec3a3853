import { fixAll } from '../../server/src/core/fix-all';
import { type CaseFiles, contextFor } from './facts';
import { changedStart } from './kept-meaning';
import { parsed } from './parsed';
import type { Project } from './projects';
import { everyRule, lostComments, newErrors, newProblems, otherLineEnds } from './rewritten';

/** The files once the safe fixes of one of them are applied; the same object where there are none. */
export function safelyFixed({ images }: Project, files: CaseFiles, path: string): CaseFiles {
  const file = parsed(path, files[path] ?? '');
  if (!file) return files;
  const context = contextFor(path, files, images);
  const { text, elsewhere, newFiles, applied } = fixAll(file, context, everyRule, ['safe']);
  if (applied === 0) return files;
  const made = newFiles.map(it => [it.path, it.text]);
  return { ...files, [path]: text, ...Object.fromEntries(elsewhere), ...Object.fromEntries(made) };
}

/** What no safe fix may do, in words. */
export function unsound({ images }: Project, before: CaseFiles, after: CaseFiles): string[] {
  return [
    ...newProblems(before, after),
    ...changedStart(before, after),
    ...newErrors(before, after, images),
    ...lostComments(before, after),
    ...otherLineEnds(before, after),
  ];
}
