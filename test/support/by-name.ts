/**
 * Chooses by a name, so that a choice is the same whichever tests run beside it, and whatever is added before it: what
 * fails in a run of all tests fails with `-g` too.
 */
export function chosenBy<Item>(name: string, items: readonly Item[]): Item | undefined {
  return items[numberOf(name) % items.length];
}

/** True for about one name in so many. */
export function isOneIn(count: number, name: string): boolean {
  return numberOf(name) % count === 0;
}

/** A whole number below 2^32 that looks random: FNV-1a over the UTF-16 units, its upper bits mixed into the lower. */
export function numberOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
