import ignore, { type Ignore, type TestResult } from 'ignore';

/** What one `.gitignore` says of paths. */
export interface GitIgnore {
  /** @param path POSIX, relative to the file's folder; a folder's ends with a slash */
  test(path: string): TestResult;
}

/**
 * Reads a `.gitignore`. The library asks every pattern of every path; here each path asks those alone that may match a
 * part of it, so that ten thousand patterns cost ten thousand paths next to nothing.
 */
export function parseGitIgnore(text: string): GitIgnore {
  return new IndexedPatterns(text.replace(/^\uFEFF|\r$/g, '').split(/\r?\n/));
}

/** Below this many lines, asking all of them is the fastest. */
const FEW_LINES = 50;
/**
 * Patterns of a file that begin and end with a wildcard in each of their names (`*a*`), so that every path must ask
 * them. Nobody writes a hundred. What comes after so many has no say, and more is searched than need be.
 */
const MOST_UNINDEXED = 1000;

class IndexedPatterns implements GitIgnore {
  private readonly exact = new Map<string, number[]>();
  private readonly byStart = new Map<string, number[]>();
  private readonly byEnd = new Map<string, number[]>();
  private readonly unindexed: number[] = [];
  private longest = 0;
  private readonly matchers = new Map<string, Ignore>();

  constructor(private readonly lines: readonly string[]) {
    for (const [index, line] of lines.entries()) {
      if (line !== '' && !line.startsWith('#')) this.place(index, line);
    }
  }

  test(path: string): TestResult {
    return this.matcher(this.candidates(path)).test(path);
  }

  private place(index: number, line: string): void {
    const key = this.lines.length <= FEW_LINES ? undefined : keyOf(line);
    if (!key) {
      if (this.unindexed.length < MOST_UNINDEXED) this.unindexed.push(index);
      return;
    }
    const table = { exact: this.exact, start: this.byStart, end: this.byEnd }[key.kind];
    const known = table.get(key.text);
    if (known) known.push(index);
    else table.set(key.text, [index]);
    if (key.kind !== 'exact') this.longest = Math.max(this.longest, key.text.length);
  }

  /** The lines that may match the path or a folder that it is in, in the file's order. */
  private candidates(path: string): number[] {
    const found = new Set<number>();
    const take = (lines: readonly number[] | undefined) => {
      for (const line of lines ?? []) found.add(line);
    };
    for (const name of path.toUpperCase().split('/')) {
      take(this.exact.get(name));
      for (let length = 1; length <= Math.min(name.length, this.longest); length++) {
        take(this.byStart.get(name.slice(0, length)));
        take(this.byEnd.get(name.slice(-length)));
      }
    }
    return [...found].sort((a, b) => a - b);
  }

  private matcher(candidates: readonly number[]): Ignore {
    const key = candidates.join();
    const known = this.matchers.get(key);
    if (known) return known;
    const chosen = [...this.unindexed, ...candidates].sort((a, b) => a - b);
    const matcher = ignore().add(chosen.map(line => this.lines[line] ?? '').join('\n'));
    this.matchers.set(key, matcher);
    return matcher;
  }
}

/** What a name in a path must be, begin with or end with, for the pattern to match; in capitals, since case is no matter. */
interface Key {
  readonly kind: 'exact' | 'start' | 'end';
  readonly text: string;
}

/** Characters that mean something else than themselves. */
const SPECIAL = /[*?[\]\\]/;

function keyOf(line: string): Key | undefined {
  // White space at the end may or may not belong to the pattern, and not every slash parts two names.
  if (/\s$|\[[^\]]*\/|\\\//.test(line)) return undefined;
  const names = line
    .replace(/^!/, '')
    .toUpperCase()
    .split('/')
    .filter(name => name !== '');
  const exact = names.findLast(name => !SPECIAL.test(name));
  if (exact !== undefined) return { kind: 'exact', text: exact };
  const starts = names.map(name => name.slice(0, name.search(SPECIAL))).filter(start => start !== '');
  if (starts[0] !== undefined) return { kind: 'start', text: starts[0] };
  const ends = names.map(name => /[^*?[\]\\]*$/.exec(name)?.[0] ?? '').filter(end => end !== '');
  return ends[0] === undefined ? undefined : { kind: 'end', text: ends[0] };
}
