import { matcherOfWildcards } from './ignore-wildcards';
import { indexPatterns, literalEnd, type PatternIndex, type PatternKey } from './pattern-index';

/**
 * What an ignore file keeps out of the build context, as the engine decides it (BuildKit's walk over the context:
 * every folder's matches are handed down to what is in it; the last pattern that matches wins).
 *
 * Paths are POSIX and relative to the build context, without a leading `./`.
 */
export interface Dockerignore {
  /** Lines that the engine refuses: the build fails with them. They match nothing here. */
  readonly problems: readonly DockerignoreProblem[];
  /** True where it has more or longer patterns than are looked at: what they say is not known. */
  readonly isCut: boolean;
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
  /** The patterns that match the path or a folder that it is in, by their place in the file. */
  readonly matched: readonly number[];
}

/** Patterns of one ignore file that are looked at: every path of the context may meet all of them. */
const MOST_PATTERNS = 20_000;
/** Those among them that any path may match, as `*a*` does, and that are therefore asked of every path. */
const MOST_OPEN_PATTERNS = 2_000;
/** Characters of a line that is looked at: no path is longer. */
const MOST_PATTERN_LENGTH = 4096;

/**
 * @param text the whole ignore file; a byte order mark and CRLF do no harm
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function parseDockerignore(text: string): Dockerignore {
  return new Patterns(readPatterns(text));
}

interface ReadPatterns {
  readonly patterns: readonly Pattern[];
  readonly problems: readonly DockerignoreProblem[];
  readonly isCut: boolean;
}

function readPatterns(text: string): ReadPatterns {
  const patterns: Pattern[] = [];
  const problems: DockerignoreProblem[] = [];
  let open = 0;
  let isCut = false;
  for (const [line, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const read = raw.length <= MOST_PATTERN_LENGTH ? readLine(raw.replace(/\r$/, '')) : 'too long';
    if (read === undefined) continue;
    if (read === 'too long') isCut = true;
    else if (typeof read === 'string') problems.push({ line, message: read });
    else if (patterns.length >= MOST_PATTERNS || (read.keys.length === 0 && open >= MOST_OPEN_PATTERNS))
      isCut = true;
    else {
      patterns.push(read);
      if (read.keys.length === 0) open++;
    }
  }
  return { patterns, problems, isCut };
}

interface Pattern {
  readonly negated: boolean;
  /** Without the `!`, cleaned. */
  readonly text: string;
  readonly matches: (path: string) => boolean;
  /** What a path must be like for it to be asked; without any it is asked of every path. */
  readonly keys: readonly PatternKey[];
  /** A test for each folder of the pattern; undefined where it may reach to any depth. */
  readonly folders: readonly ((name: string) => boolean)[] | undefined;
}

const NONE: readonly number[] = [];
const END = Number.POSITIVE_INFINITY;

class Patterns implements Dockerignore {
  readonly problems: readonly DockerignoreProblem[];
  readonly isCut: boolean;
  private readonly patterns: readonly Pattern[];
  private readonly index: PatternIndex;
  private readonly reaching: ReachingBelow;
  private readonly seen = new Map<string, Verdict>();
  private last: readonly number[] = NONE;

  constructor({ patterns, problems, isCut }: ReadPatterns) {
    this.patterns = patterns;
    this.problems = problems;
    this.isCut = isCut;
    this.index = indexPatterns(
      patterns.map(pattern => pattern.keys),
      'path',
    );
    this.reaching = new ReachingBelow(patterns.filter(pattern => pattern.negated));
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
    const inherited = parent?.matched ?? NONE;
    const named = this.index.of(path);
    const { always } = this.index;
    const matched: number[] = [];
    let ignored = false;
    // Three lists in the file's order are gone through as one: what matches a folder above, and what may match here.
    for (let [above, here, open] = [0, 0, 0]; ; ) {
      const index = Math.min(inherited[above] ?? END, named[here] ?? END, always[open] ?? END);
      const pattern = this.patterns[index];
      if (!pattern) break;
      const isInherited = inherited[above] === index;
      if (isInherited) above++;
      if (named[here] === index) here++;
      if (always[open] === index) open++;
      // The engine asks a pattern only where its answer would change the verdict so far, and what it has not
      // asked of a folder it takes for "no match" when it comes to the folder's entries.
      const asked = pattern.negated === ignored;
      if (!isInherited && !(asked && pattern.matches(path))) continue;
      matched.push(index);
      ignored = !pattern.negated;
    }
    return { ignored, matched: this.shared(matched, inherited) };
  }

  /** Neighbours mostly match the same: a walk keeps the verdicts on all of its folders. */
  private shared(matched: readonly number[], inherited: readonly number[]): readonly number[] {
    if (matched.length === inherited.length) return inherited;
    const { last } = this;
    if (last.length === matched.length && last.every((it, index) => it === matched[index])) return last;
    this.last = matched;
    return matched;
  }

  takesBack(path: string): boolean {
    return [...this.index.of(path), ...this.index.always].some(index => {
      const pattern = this.patterns[index];
      return pattern?.negated && namesSomething(pattern.text) && pattern.matches(path);
    });
  }

  mayReachBelow(folder: string): boolean {
    return this.reaching.below(folder);
  }
}

type FolderTests = NonNullable<Pattern['folders']>;

/** Which folders negated patterns may reach into, told by the name that their path begins with. */
class ReachingBelow {
  private readonly anywhere: boolean;
  private readonly byFirst = new Map<string, FolderTests[]>();
  private readonly others: FolderTests[] = [];

  constructor(negated: readonly Pattern[]) {
    this.anywhere = negated.some(({ folders }) => !folders);
    for (const { text, folders = [] } of negated) {
      const first = text.slice(0, text.indexOf('/'));
      const known = this.byFirst.get(first);
      // Without a slash it names nothing below a folder.
      if (folders.length < 2) continue;
      if (SPECIAL.test(first)) this.others.push(folders);
      else if (known) known.push(folders);
      else this.byFirst.set(first, [folders]);
    }
  }

  below(folder: string): boolean {
    if (this.anywhere) return true;
    const names = folder.split('/');
    const reaches = (folders: FolderTests) =>
      folders.length > names.length && names.every((name, depth) => folders[depth]?.(name));
    return this.byFirst.get(names[0] ?? '')?.some(reaches) === true || this.others.some(reaches);
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
  const keys = keysOf(pattern);
  try {
    return { negated, text: pattern, matches: matcherOf(pattern), keys, folders: foldersOf(pattern) };
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
/** What must hold of a path for a pattern to match it. */
function keysOf(pattern: string): PatternKey[] {
  if (!SPECIAL.test(pattern)) return [{ kind: 'whole', text: pattern }];
  if (/[{|}^]/.test(pattern)) return [];
  const end = literalEnd(pattern);
  // The slash of a double star is not among the literal characters: it may match nothing.
  const isOptional = pattern.endsWith(`**${end}`) && end.startsWith('/');
  const keys: PatternKey[] = [
    ...literalNames(pattern).map(text => ({ kind: 'name', text }) as const),
    { kind: 'start', text: pattern.slice(0, pattern.search(SPECIAL)) },
    { kind: 'end', text: isOptional ? end.slice(1) : end },
  ];
  return keys.filter(({ text }) => text !== '');
}

/** Names between slashes that stand for themselves, where nothing may hide the slash in front of them. */
function literalNames(pattern: string): string[] {
  if (/[[\]\\]/.test(pattern)) return [];
  const names = pattern.split('/');
  return names.filter((name, index) => {
    const before = names[index - 1] ?? '';
    return !SPECIAL.test(name) && (!before.includes('**') || /^\*+$/.test(before));
  });
}

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
