// How the loaders of this folder read their data files. A bundle keeps such a file as text, which is parsed at the first
// look-up (scripts/data-files.mjs): so a loader takes no key of it before somebody asks.

/** What a table holds under a name; undefined also for what every object has by itself, such as `constructor`. */
export function entryOf<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** A table that is made of a data file at the first look-up, and once. */
export function once<Table>(make: () => Table): () => Table {
  let made: { readonly table: Table } | undefined;
  return () => {
    made ??= { table: make() };
    return made.table;
  };
}

/** Names of a data file to look up in. */
export function namesOf(names: () => readonly string[]): () => ReadonlySet<string> {
  return once(() => new Set(names()));
}
