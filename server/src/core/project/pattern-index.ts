/** Which patterns of an ignore file may match a path, without asking each of them. */
export interface PatternIndex {
  /** In the file's order. @param path POSIX */
  of(path: string): readonly number[];
  /** Those that may match any path, in the file's order; `of` leaves them out. */
  readonly always: readonly number[];
}

/** Something that holds of every path that a pattern matches: what it is, a name in it, how it begins or ends. */
export interface PatternKey {
  readonly kind: 'whole' | 'name' | 'start' | 'end';
  readonly text: string;
}

/** What `start` and `end` are those of: the whole path, or one of the names in it. */
export type KeyedPart = 'path' | 'names';

/** @param patterns the keys of each, by place in the file; of several the rarest is looked for */
export function indexPatterns(patterns: readonly (readonly PatternKey[])[], part: KeyedPart): PatternIndex {
  const tables = { whole: new Table(), name: new Table(), start: new Table(), end: new Table() };
  for (const { kind, text } of patterns.flat()) tables[kind].count(text);
  const always: number[] = [];
  for (const [index, keys] of patterns.entries()) {
    const [first, ...others] = keys;
    if (!first) {
      always.push(index);
      continue;
    }
    const frequency = ({ kind, text }: PatternKey) => tables[kind].frequency(text);
    const { kind, text } = others.reduce(
      (best, key) => (frequency(key) < frequency(best) ? key : best),
      first,
    );
    tables[kind].add(text, index);
  }
  const { whole, name, start, end } = tables;
  const of = (path: string) => {
    const names = path.split('/');
    const parts = part === 'path' ? [path] : names;
    const found: number[] = [];
    whole.addTo(found, path);
    for (const one of names) name.addTo(found, one);
    for (const one of parts) {
      for (const length of start.lengths) start.addTo(found, one.slice(0, length));
      for (const length of end.lengths) end.addTo(found, one.slice(-length));
    }
    return found.length < 2 ? found : inOrder(found);
  };
  return { always, of };
}

/** The characters behind the last wildcard, class or escape of a pattern: they stand for themselves. */
export function literalEnd(pattern: string): string {
  let start = pattern.length;
  while (start > 0 && !'*?[]\\'.includes(pattern.charAt(start - 1))) start--;
  return pattern.slice(start);
}

/** Each once. */
function inOrder(found: number[]): number[] {
  found.sort((a, b) => a - b);
  return found.filter((index, at) => index !== found[at - 1]);
}

class Table {
  private readonly patterns = new Map<string, number[]>();
  private readonly counts = new Map<string, number>();
  /** Of the keys that there are. */
  readonly lengths = new Set<number>();

  count(key: string): void {
    this.counts.set(key, this.frequency(key) + 1);
  }

  frequency(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  add(key: string, pattern: number): void {
    const known = this.patterns.get(key);
    if (known) known.push(pattern);
    else this.patterns.set(key, [pattern]);
    this.lengths.add(key.length);
  }

  /** Without a list in between: this is asked for each length of a key, of every path. */
  addTo(found: number[], key: string): void {
    const patterns = this.patterns.get(key);
    if (patterns) for (const pattern of patterns) found.push(pattern);
  }
}
