/** Keys that are remembered: rules ask about one snapshot of facts, or about a few in turn. */
const MOST = 4;

/**
 * What was found out about the objects that somebody asked about last. Where hundreds of them are alive at a time, as
 * the facts of hundreds of open files are, a `WeakMap` would keep what was found out about each.
 */
export class Latest<Key extends object, Value> {
  private readonly known = new Map<Key, Value>();

  get(key: Key): Value | undefined {
    return this.known.get(key);
  }

  set(key: Key, value: Value): void {
    this.known.delete(key);
    this.known.set(key, value);
    for (const oldest of this.known.keys()) if (this.known.size > MOST) this.known.delete(oldest);
  }
}
