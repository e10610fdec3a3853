import type { FileToWrite } from '../host/place-to-write';
import type { Sources } from '../host/sources';
import { type Refusal, refusals, writeFiles } from '../host/write-files';
import { EXIT } from './exit';

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
  complain(refused);
  process.stdout.write('nothing would be written: either all files are, or none\n');
  return [];
}

/**
 * Writes what a command has made of the files, all of them or none, and says of each whether it was written.
 *
 * @returns whether it was
 */
export async function writeChanges(sources: Sources, verbs: Verbs, signal: AbortSignal): Promise<boolean> {
  const files = sources.changes();
  const { refused, notes } = await writeFiles(files, await sources.whereToWrite(), signal);
  for (const note of notes) process.stderr.write(`plimsoll: ${note}\n`);
  if (refused.length === 0) {
    for (const { path, before } of files)
      process.stdout.write(`${before === undefined ? verbs.made : verbs.existing} ${path}\n`);
    return true;
  }
  complain(refused);
  for (const { path } of files) process.stdout.write(`not written: ${path}\n`);
  process.stdout.write('nothing was written: either all files are, or none\n');
  return false;
}

function complain(refused: readonly Refusal[]): void {
  for (const { path, because } of refused)
    process.stderr.write(`plimsoll: ${path} cannot be written: ${because}\n`);
  process.exitCode = EXIT.failed;
}
