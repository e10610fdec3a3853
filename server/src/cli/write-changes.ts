import type { FileToWrite } from '../host/place-to-write';
import type { Sources } from '../host/sources';
import { type Refusal, refusals, writeFiles } from '../host/write-files';
import { EXIT } from './exit';
import { lines } from './format/render';
import { print, warn } from './output';

/** What is said of a file that was written. */
export interface Verbs {
  readonly existing: string;
  readonly made: string;
}

/** The changes, where all of them could be written; else says why not, and there are none. */
export async function writable(sources: Sources): Promise<readonly FileToWrite[]> {
  const files = sources.changes();
  const refused = await refusals(files, await sources.whereToWrite());
  if (refused.length === 0) return files;
  warnAbout(refused);
  warn('nothing would be written: all files are written, or none');
  return [];
}

/**
 * Writes what a command has made of the files, all of them or none, and says of each whether it was written.
 *
 * @returns whether it was
 */
export async function writeChanges(sources: Sources, verbs: Verbs, signal: AbortSignal): Promise<boolean> {
  const files = sources.changes();
  const { written, refused, notes } = await writeFiles(files, await sources.whereToWrite(), signal);
  for (const note of notes) warn(note);
  warnAbout(refused);
  for (const { path, before } of files) {
    const verb = before === undefined ? verbs.made : verbs.existing;
    print(lines(written.includes(path) ? `${verb} ${path}` : `not written: ${path}`));
  }
  if (refused.length === 0) return true;
  if (written.length === 0) print(lines('nothing was written: all files are written, or none'));
  return false;
}

function warnAbout(refused: readonly Refusal[]): void {
  for (const { path, because } of refused) warn(`${path} cannot be written: ${because}`);
  if (refused.length > 0) process.exitCode = EXIT.failed;
}
