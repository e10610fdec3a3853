import { reasonText } from '../core/decline';
import { conversions } from '../core/lint';
import { type FixOptions, fixTogether } from '../host/fix-together';
import { type Source, Sources } from '../host/sources';
import { writeFiles } from '../host/write-files';

/** What is done to a project between before and after. */
export type Change =
  /** All that `plimsoll fix --unsafe` does. */
  | { readonly kind: 'fix' }
  /** One conversion, wherever it is offered in a file. */
  | { readonly kind: 'convert'; readonly conversion: string; readonly file: string };

/** The change cannot be made; the message is a sentence for people. */
export class ChangeError extends Error {
  override readonly name = 'ChangeError';
}

/**
 * Changes the files of a folder. The grammar must have been loaded.
 *
 * @param folder absolute; it is written to
 * @returns the files that were written, relative to the folder
 * @throws ChangeError with the reason where a conversion is not offered, or a file cannot be written
 */
export async function applyChange(folder: string, change: Change): Promise<string[]> {
  const sources = new Sources(folder, change.kind === 'fix' ? ['.'] : [change.file], { selection: {} });
  if (change.kind === 'fix') await fixTogether(sources, EVERYTHING);
  else await convertAll(sources, change.conversion, change.file);
  const changed = sources.changes();
  const { refused } = await writeFiles(changed, await sources.whereToWrite());
  for (const { path, because } of refused) throw new ChangeError(`${path} cannot be written: ${because}`);
  return changed.map(({ path }) => path);
}

/** As `plimsoll fix --unsafe` does: what has to stay as it is does, and the rest is built. */
const EVERYTHING: FixOptions = {
  safeties: ['safe', 'unsafe'],
  onRuleFailure: rethrow,
  onLeftAlone: () => {},
  onFailure: (path, error) => {
    throw new Error(`${path} cannot be fixed`, { cause: error });
  },
};

function rethrow(id: string, error: unknown): never {
  throw new Error(`the rule ${id} failed`, { cause: error });
}

/** A file offers a conversion once for each service: more than this and its result offers it again. */
const MOST_OFFERS = 100;

/** One offer after the other: each sees what the earlier ones made. */
async function convertAll(sources: Sources, conversion: string, file: string): Promise<void> {
  for (let done = 0; done < MOST_OFFERS; done++) {
    const source = await sourceAt(sources, file);
    const because = await convertOnce(sources, source, conversion);
    if (because === undefined) continue;
    if (done === 0) throw new ChangeError(`${conversion} is not offered for ${file}: ${because}`);
    return;
  }
}

async function sourceAt(sources: Sources, path: string): Promise<Source> {
  for await (const source of sources.ofPaths()) {
    if (source.file.path === path) return source;
  }
  throw new ChangeError(`there is no file ${path}`);
}

/** @returns why nothing was converted; undefined where something was */
async function convertOnce(sources: Sources, source: Source, id: string): Promise<string | undefined> {
  const found = conversions(source.file, source.context).find(it => it.conversion.meta.id === id);
  const offer = found?.offers[0];
  if (!offer) return found?.declined.map(reasonText).join('; ') || 'there is nothing to convert';
  await sources.apply(source, offer.changes());
  return undefined;
}
