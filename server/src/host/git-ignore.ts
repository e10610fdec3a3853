import ignore, { type Ignore, type TestResult } from 'ignore';
import { indexPatterns, literalEnd, type PatternIndex, type PatternKey } from '../core/project/pattern-index';

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
  return new IndexedPatterns(
    text
      .replace(/^\uFEFF|\r$/g, '')
      .split(/\r?\n/)
      .filter(isQuick),
  );
}

/** No path on a disk is longer, in bytes (`PATH_MAX`), and the library cannot make an expression of tens of thousands. */
const LONGEST_PATTERN = 4096;
/** The library tries every way to share the folders of a path out among the `**` before them: a square with two. */
const MOST_FOLDER_WILDCARDS = 2;

/** False for a line that could take its time with every path: it ignores nothing. */
function isQuick(line: string): boolean {
  return line.length <= LONGEST_PATTERN && line.split('**/').length - 1 <= MOST_FOLDER_WILDCARDS;
}

/** Below this many lines, asking all of them is the fastest. */
const FEW_LINES = 50;
/**
 * Patterns of a file that begin and end with a wildcard in each of their names (`*a*`), so that every path must ask
 * them. Nobody writes a hundred. What comes after so many has no say, and more is searched than need be.
 */
const MOST_UNINDEXED = 1000;

class IndexedPatterns implements GitIgnore {
  private readonly index: PatternIndex;
  private readonly always: readonly number[];
  private readonly matchers = new Map<string, Ignore>();

  constructor(private readonly lines: readonly string[]) {
    const keys = lines.length > FEW_LINES ? keysOf : () => [];
    this.index = indexPatterns(lines.map(keys), 'names');
    this.always = this.index.always.filter(line => isPattern(lines[line] ?? '')).slice(0, MOST_UNINDEXED);
  }

  test(path: string): TestResult {
    return this.matcher(this.index.of(path.toUpperCase())).test(path);
  }

  private matcher(candidates: readonly number[]): Ignore {
    const key = candidates.join();
    const known = this.matchers.get(key);
    if (known) return known;
    const chosen = [...this.always, ...candidates].sort((a, b) => a - b);
    const matcher = ignore().add(chosen.map(line => this.lines[line] ?? '').join('\n'));
    this.matchers.set(key, matcher);
    return matcher;
  }
}

function isPattern(line: string): boolean {
  return line !== '' && !line.startsWith('#');
}

/** Characters that mean something else than themselves. */
const SPECIAL = /[*?[\]\\]/;

/** What a name in a path must be, begin with or end with, for the pattern to match; in capitals, since case is no matter. */
function keysOf(line: string): PatternKey[] {
  // White space at the end may or may not belong to the pattern, and not every slash parts two names.
  const bracket = line.indexOf('[');
  const isOdd = (bracket !== -1 && line.includes('/', bracket)) || line.includes('\\/');
  if (!isPattern(line) || isOdd || /\s$/.test(line)) return [];
  const names = line.replace(/^!/, '').toUpperCase().split('/');
  return names.flatMap(keysOfName).filter(({ text }) => text !== '');
}

function keysOfName(name: string): PatternKey[] {
  if (!SPECIAL.test(name)) return [{ kind: 'name', text: name }];
  return [
    { kind: 'start', text: name.slice(0, name.search(SPECIAL)) },
    { kind: 'end', text: literalEnd(name) },
  ];
}
