// How the loaders of this folder read their data files. A bundle keeps such a file as text, which is parsed at the first
// look-up (scripts/data-files.mjs): so a loader takes no key of it before somebody asks.
import { once } from '../text/once-per';

/** What a table holds under a name; undefined also for what every object has by itself, such as `constructor`. */
export function entryOf<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Names of a data file to look up in. */
export function namesOf(names: () => readonly string[]): () => ReadonlySet<string> {
  return once(() => new Set(names()));
}
