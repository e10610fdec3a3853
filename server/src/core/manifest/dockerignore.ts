import { matcherOfWildcards } from './ignore-wildcards';
/**
 * What an ignore file keeps out of the build context, as the engine decides it (BuildKit's walk over the context:
 * every folder's matches are handed down to what is in it; the last pattern that matches wins).
 *
 * Paths are POSIX and relative to the build context, without a leading `./`.
 */
export interface Dockerignore {
  /** Lines that the engine refuses: the build fails with them. They match nothing here. */
  readonly problems: readonly DockerignoreProblem[];
  /** Whether a file or folder is kept out. Remembers the folders it has seen, so a whole list costs little. */
  ignores(path: string): boolean;
  /** The same for somebody who walks: the verdict on an entry of a folder, given the verdict on that folder. */
  judge(path: string, parent: Verdict | undefined): Verdict;
  /** True where a negated pattern names the path itself, and not all that is in a folder: it is wanted. */
  takesBack(path: string): boolean;
  /** Whether a negated pattern may let something through that lies below an ignored folder. */
  mayReachBelow(folder: string): boolean;
}

export interface DockerignoreProblem {
  /** Zero-based. */
  readonly line: number;
  readonly message: string;
}

/** What became of one path, with what is needed to judge the paths below it. */
export interface Verdict {
  readonly ignored: boolean;
  /** For every pattern, whether it matches the path or a folder that it is in. */
  readonly matched: readonly boolean[];
}

/**
 * @param text the whole ignore file; a byte order mark and CRLF do no harm
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function parseDockerignore(text: string): Dockerignore {
  const { patterns, problems } = readPatterns(text);
  return new Patterns(patterns, problems);
}

interface ReadPatterns {
  readonly patterns: readonly Pattern[];
  readonly problems: readonly DockerignoreProblem[];
}

function readPatterns(text: string): ReadPatterns {
  const patterns: Pattern[] = [];
  const problems: DockerignoreProblem[] = [];
  for (const [line, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const read = readLine(raw.replace(/\r$/, ''));
    if (read === undefined) continue;
    if (typeof read === 'string') problems.push({ line, message: read });
    else patterns.push(read);
  }
  return { patterns, problems };
}

interface Pattern {
  readonly negated: boolean;
  /** Without the `!`, cleaned. */
  readonly text: string;
  readonly matches: (path: string) => boolean;
  /** A test for each folder of the pattern; undefined where it may reach to any depth. */
  readonly folders: readonly ((name: string) => boolean)[] | undefined;
}

class Patterns implements Dockerignore {
  private readonly seen = new Map<string, Verdict>();
  private readonly negated: readonly Pattern[];

  constructor(
    private readonly patterns: readonly Pattern[],
    readonly problems: readonly DockerignoreProblem[],
  ) {
    this.negated = patterns.filter(pattern => pattern.negated);
  }

  ignores(path: string): boolean {
    return this.judge(path, this.folderVerdict(parentOf(path))).ignored;
  }

  private folderVerdict(folder: string): Verdict | undefined {
    if (folder === '') return undefined;
    const known = this.seen.get(folder);
    if (known) return known;
    const verdict = this.judge(folder, this.folderVerdict(parentOf(folder)));
    this.seen.set(folder, verdict);
    return verdict;
  }

  judge(path: string, parent: Verdict | undefined): Verdict {
    const matched: boolean[] = [];
    let ignored = false;
    for (const [index, pattern] of this.patterns.entries()) {
      // The engine asks a pattern only where its answer would change the verdict so far, and what it has not
      // asked of a folder it takes for "no match" when it comes to the folder's entries.
      const asked = pattern.negated === ignored;
      const match = parent?.matched[index] === true || (asked && pattern.matches(path));
      matched.push(match);
      if (match) ignored = !pattern.negated;
    }
    return { ignored, matched };
  }

  takesBack(path: string): boolean {
    return this.negated.some(({ text, matches }) => namesSomething(text) && matches(path));
  }

  mayReachBelow(folder: string): boolean {
    if (this.negated.length === 0) return false;
    const names = folder.split('/');
    return this.negated.some(
      ({ folders }) =>
        !folders || (folders.length > names.length && names.every((name, depth) => folders[depth]?.(name))),
    );
  }
}

/**
 * Paths that the negated patterns of an ignore file let through, one for each that names something: `conf/x.env` for
 * `!conf/*.env`.
 */
export function takenBackPaths(text: string): string[] {
  return readPatterns(text)
    .patterns.filter(({ negated, text: pattern }) => negated && namesSomething(pattern))
    .map(({ text: pattern }) =>
      pattern
        .replaceAll('**/', '')
        .replace(/\\(.)|\*+|\?|\[[^\]]*(?:\]|$)/g, (_, escaped?: string) => escaped ?? 'x'),
    );
}

/** False for `app/*` and `**`, which take back all that is in a folder. */
function namesSomething(pattern: string): boolean {
  return !/(^|\/)\*+$/.test(pattern);
}

/** A line of an ignore file that names just this path. */
export function lineForPath(path: string): string {
  const escaped = path.replace(/[*?[\]\\]|^!/g, '\\$&');
  return escaped.startsWith('#') ? `/${escaped}` : escaped;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** White space as the engine trims it; a byte order mark is none. */
const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.test(text.charAt(start))) start++;
  while (start < end && SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** @returns a pattern, undefined for a line without one, or what is wrong with it */
function readLine(line: string): Pattern | string | undefined {
  if (line.startsWith('#')) return undefined;
  const content = trimmed(line);
  if (content === '') return undefined;
  const bang = content.startsWith('!') ? '!' : '';
  const written = trimmed(content.slice(bang.length));
  // Looked at again after cleaning, as the engine does: it takes `/!name` for a negation, too.
  const whole = bang + (written && cleaned(written));
  const negated = whole.startsWith('!');
  const pattern = negated ? whole.slice(1) : whole;
  if (pattern === '' || (negated && pattern === '/')) return 'a ! must be followed by a pattern';
  const problem = syntaxProblem(pattern);
  if (problem) return problem;
  try {
    return { negated, text: pattern, matches: matcherOf(pattern), folders: foldersOf(pattern) };
  } catch {
    return 'the character class of this pattern cannot be read';
  }
}

/** Takes out `.`, `..`, doubled slashes, and the slash at either end. */
function cleaned(pattern: string): string {
  const rooted = pattern.startsWith('/');
  const names: string[] = [];
  for (const name of pattern.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.length > 0 && names.at(-1) !== '..') names.pop();
    else if (!rooted) names.push(name);
  }
  return names.join('/') || (rooted ? '/' : '.');
}

const CLASS = /^\[\^?(?:(?:\\[\s\S]|[^\]\\-])(?:-(?:\\[\s\S]|[^\]\\-]))?)+\]/;

/** The engine hands `\d` and the like to its regular expressions, where it is an error or something else. */
const ESCAPABLE = /[!-/:-@[-`{-~ ]/;

function syntaxProblem(pattern: string): string | undefined {
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === '\\') {
      if (!ESCAPABLE.test(pattern[at + 1] ?? ''))
        return 'a \\ must be followed by the punctuation mark that it escapes';
      at++;
    } else if (pattern[at] === '[') {
      const found = CLASS.exec(pattern.slice(at));
      if (!found) return 'the character class of this pattern is not closed or is empty';
      at += found[0].length - 1;
    }
  }
  return undefined;
}

const SPECIAL = /[*?[\]\\]/;

function matcherOf(pattern: string): (path: string) => boolean {
  if (!SPECIAL.test(pattern)) return path => path === pattern;
  if (pattern.startsWith('**') && !SPECIAL.test(pattern.slice(2))) {
    const end = pattern.slice(2);
    return path => path.endsWith(end) || `/${path}` === end;
  }
  if (pattern.endsWith('**') && !SPECIAL.test(pattern.slice(0, -2))) {
    const start = pattern.slice(0, -2);
    return path => path.startsWith(start);
  }
  return matcherOfWildcards(pattern);
}

function foldersOf(pattern: string): Pattern['folders'] {
  if (/\*\*|[[\]\\^]/.test(pattern)) return undefined;
  return pattern.split('/').map(matcherOf);
}
