/** Which patterns of an ignore file may match a path, without asking each of them. */
export interface PatternIndex {
  /** In the file's order. */
  of(path: string): readonly number[];
  /** Those that may match any path, in the file's order; `of` leaves them out. */
  readonly always: readonly number[];
}

/** What a path must be, begin with and end with for a pattern to match. */
export interface PatternEnds {
  /** Without a wildcard: the whole path. */
  readonly whole?: string;
  readonly start: string;
  readonly end: string;
}

/** @param patterns the ends of each, by place in the file */
export function indexPatterns(patterns: readonly PatternEnds[]): PatternIndex {
  const always: number[] = [];
  const exact = new Table();
  const starts = new Table();
  const ends = new Table();
  for (const [index, { whole, start, end }] of patterns.entries()) {
    if (whole !== undefined) exact.add(whole, index);
    else if (start.length + end.length === 0) always.push(index);
    else if (start.length >= end.length) starts.add(start, index);
    else ends.add(end, index);
  }
  return {
    always,
    of: path => {
      const found = [
        ...exact.get(path),
        ...starts.lengths.flatMap(length => (length <= path.length ? starts.get(path.slice(0, length)) : [])),
        ...ends.lengths.flatMap(length => (length <= path.length ? ends.get(path.slice(-length)) : [])),
      ];
      return found.length > 1 ? found.sort((a, b) => a - b) : found;
    },
  };
}

const NONE: readonly number[] = [];

class Table {
  private readonly patterns = new Map<string, number[]>();
  /** Of the keys that there are. */
  readonly lengths: number[] = [];

  add(key: string, pattern: number): void {
    const known = this.patterns.get(key);
    if (known) known.push(pattern);
    else this.patterns.set(key, [pattern]);
    if (!this.lengths.includes(key.length)) this.lengths.push(key.length);
  }

  get(key: string): readonly number[] {
    return this.patterns.get(key) ?? NONE;
  }
}
