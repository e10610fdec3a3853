import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NO_ENGINE } from '../core/facts/engine';
import { conversions, parseFile } from '../core/lint';
import type { FileChange } from '../core/rule';
import { applyEdits } from '../core/text/edit';
import { languageOf } from '../host/files';
import { Workspace } from '../host/workspace';

/**
 * Applies a conversion wherever it is offered in a file, one offer after the other: each sees what the earlier ones
 * made. The grammar must be loaded.
 *
 * @param folder absolute; it is changed
 * @returns the files that were written, relative to the folder
 * @throws Error with the reason where it is not offered at all
 */
export async function applyConversion(folder: string, path: string, conversion: string): Promise<string[]> {
  const written = new Set<string>();
  for (;;) {
    const changes = await nextChanges(folder, path, conversion, written.size > 0);
    if (!changes) return [...written];
    for (const change of changes) {
      await apply(folder, change);
      written.add(change.path);
    }
  }
}

async function nextChanges(
  folder: string,
  path: string,
  id: string,
  done: boolean,
): Promise<readonly FileChange[] | undefined> {
  const text = await readFile(join(folder, path), 'utf8');
  const file = parseFile(languageOf(path) ?? 'dockerfile', path, text);
  const workspace = await new Workspace(folder).factsFor(path);
  const found = conversions(file, { workspace, engine: NO_ENGINE }).find(it => it.conversion.meta.id === id);
  const offer = found?.offers[0];
  if (offer) return offer.changes();
  if (done) return undefined;
  const reasons = found?.declined.map(it => it.because).join('; ') || 'there is nothing to convert';
  throw new Error(`${id} is not offered for ${path}: ${reasons}`);
}

async function apply(folder: string, change: FileChange): Promise<void> {
  const file = join(folder, change.path);
  const text =
    change.kind === 'create' ? change.text : applyEdits(await readFile(file, 'utf8'), change.edits);
  await writeFile(file, text);
}
