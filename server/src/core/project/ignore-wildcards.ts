import {
  ANY_CHARACTERS,
  ANY_OF_NAME,
  classStep,
  type GlobStep,
  literalStep,
  matchesGlob,
  ONE_OF_NAME,
} from '../text/glob';

/**
 * Matches paths as the regular expression does that the engine makes of an ignore file's pattern. A `{`, `|` or `}` is not
 * among what it escapes (its table for it is a byte too short), so that beside a wildcard they are what they are in a regular
 * expression: `a|b*` is what begins with `a` or ends with `b` and a name, `?{2}` two characters.
 *
 * @throws SyntaxError where the engine's regular expressions refuse it
 */
export function matcherOfWildcards(pattern: string): (path: string) => boolean {
  // Of thousands of patterns hardly any meets a path that it may match: one that cannot be wrong is read then.
  let alternatives = MAY_BE_REFUSED.test(pattern) ? alternativesOf(pattern) : undefined;
  const needed = longestLiteral(pattern);
  return path => {
    if (!path.includes(needed)) return false;
    alternatives ??= alternativesOf(pattern);
    const last = alternatives.length - 1;
    return alternatives.some((steps, index) =>
      matchesGlob(steps, path, { openStart: index > 0, openEnd: index < last }),
    );
  };
}

/** Classes, escapes and repetitions. */
const MAY_BE_REFUSED = /[[\\{]/;

/** The engine repeats no more than this. */
const MOST_REPETITIONS = 1000;
/** A pattern that repeats its way beyond has no use. */
const MOST_STEPS = 20_000;

const TOKEN = /\*\*\/?|\*|\?|\\[\s\S]|\[\^?(?:\\[\s\S]|[^\]\\])+(?:\]|\\?$)|\{\d+(?:,\d*)?\}|[\s\S]/gu;

function alternativesOf(pattern: string): GlobStep[][] {
  const alternatives: GlobStep[][] = [];
  let parts: (readonly GlobStep[])[] = [];
  let count = 0;
  for (const { 0: token, index } of pattern.matchAll(TOKEN)) {
    if (token === '|') {
      alternatives.push(parts.flat());
      parts = [];
    } else if (/^\{./.test(token)) {
      parts.push(repeated(parts.pop(), token));
    } else {
      parts.push(stepsOf(token, index + token.length === pattern.length));
    }
    count += parts.at(-1)?.length ?? 0;
    if (count > MOST_STEPS) throw new SyntaxError('too many repetitions');
  }
  return [...alternatives, parts.flat()];
}

/** `(.*`/`)?` */
const FOLDERS: readonly GlobStep[] = [{ kind: 'optional', count: 2 }, ANY_CHARACTERS, literalStep('/')];

function stepsOf(token: string, isLast: boolean): readonly GlobStep[] {
  if (token.startsWith('**')) return isLast ? [ANY_CHARACTERS] : FOLDERS;
  if (token === '*') return [ANY_OF_NAME];
  if (token === '?') return [ONE_OF_NAME];
  if (token === '^') return [{ kind: 'start' }];
  if (token.startsWith('\\')) return [literalStep(token.slice(1))];
  return [/^\[./.test(token) ? classStep(token) : literalStep(token)];
}

function repeated(part: readonly GlobStep[] | undefined, braces: string): readonly GlobStep[] {
  const [step, ...others] = part ?? [];
  if (step?.kind !== 'one' || others.length > 0) throw new SyntaxError(`nothing to repeat: ${braces}`);
  const [, least = '', comma, most = ''] = /^\{(\d+)(?:(,)(\d*))?\}$/.exec(braces) ?? [];
  const from = Number(least);
  const to = comma === undefined ? from : Number(most);
  const isOpen = comma !== undefined && most === '';
  if (from > MOST_REPETITIONS || to > MOST_REPETITIONS || (!isOpen && to < from))
    throw new SyntaxError(`no number of repetitions: ${braces}`);
  const always = Array.from({ length: from }, () => step);
  if (isOpen) return [...always, { kind: 'many', accepts: step.accepts }];
  return [...always, ...Array.from({ length: to - from }, () => [OPTIONAL, step]).flat()];
}

const OPTIONAL: GlobStep = { kind: 'optional', count: 1 };

/** The longest text that every match holds; empty where that takes more than a look. */
function longestLiteral(pattern: string): string {
  if (/[\\[{|^]/.test(pattern)) return '';
  const literals = pattern.split(/\*\*\/?|[*?]/);
  return literals.reduce((longest, literal) => (literal.length > longest.length ? literal : longest), '');
}
