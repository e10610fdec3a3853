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
    const found = new Set([
      ...whole.get(path),
      ...names.flatMap(one => name.get(one)),
      ...parts.flatMap(one => start.ofAll(length => one.slice(0, length))),
      ...parts.flatMap(one => end.ofAll(length => one.slice(-length))),
    ]);
    return [...found].sort((a, b) => a - b);
  };
  return { always, of };
}

/** The characters behind the last wildcard, class or escape of a pattern: they stand for themselves. */
export function literalEnd(pattern: string): string {
  let start = pattern.length;
  while (start > 0 && !'*?[]\\'.includes(pattern.charAt(start - 1))) start--;
  return pattern.slice(start);
}

const NONE: readonly number[] = [];

class Table {
  private readonly patterns = new Map<string, number[]>();
  private readonly counts = new Map<string, number>();
  /** Of the keys that there are. */
  private readonly lengths = new Set<number>();

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

  get(key: string): readonly number[] {
    return this.patterns.get(key) ?? NONE;
  }

  /** @param keyOf gives the key of a length */
  ofAll(keyOf: (length: number) => string): number[] {
    return [...this.lengths].flatMap(length => this.get(keyOf(length)));
  }
}
