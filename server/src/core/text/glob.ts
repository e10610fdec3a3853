/**
 * A pattern with wildcards, step by step. Several steps are possible at once and are followed side by side, character by
 * character, so that a match takes time by the length of both alone: as a regular expression `*a*a*a*b` would try every way
 * to share a long name out among its stars.
 */
export type GlobStep =
  | { readonly kind: 'one'; readonly accepts: (character: string) => boolean }
  /** Any number of characters, none included. */
  | { readonly kind: 'many'; readonly accepts: (character: string) => boolean }
  /** The next `count` steps may be left out. */
  | { readonly kind: 'optional'; readonly count: number }
  /** Nothing may be before. */
  | { readonly kind: 'start' };

export interface GlobEnds {
  /** Whether the text may hold more, as in a regular expression without `^` or `$`. */
  readonly openStart: boolean;
  readonly openEnd: boolean;
}

const WHOLE: GlobEnds = { openStart: false, openEnd: false };

/** Whether the steps make up the text. Characters are whole ones, also those beyond U+FFFF. */
export function matchesGlob(
  steps: readonly GlobStep[],
  text: string,
  { openStart, openEnd }: GlobEnds = WHOLE,
): boolean {
  const walk = new Walk(steps);
  walk.reach(0);
  for (const character of text) {
    if (openEnd && walk.hasEnded) return true;
    if (!walk.take(character) && !openStart) return false;
    if (openStart) walk.reach(0);
  }
  return walk.hasEnded;
}

class Walk {
  private states: number[] = [];
  private taken = 0;
  /** For each step, after how many characters it was reached last. */
  private readonly reachedAt: Int32Array;

  constructor(private readonly steps: readonly GlobStep[]) {
    this.reachedAt = new Int32Array(steps.length + 1).fill(-1);
  }

  get hasEnded(): boolean {
    return this.reachedAt[this.steps.length] === this.taken;
  }

  /** A step that may come next, and those behind it as far as they need no character. */
  reach(state: number): void {
    const waiting = [state];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (this.reachedAt[next] === this.taken) continue;
      this.reachedAt[next] = this.taken;
      this.states.push(next);
      const step = this.steps[next];
      const isPassed = step?.kind === 'start' ? this.taken === 0 : step?.kind !== 'one';
      if (step && isPassed) waiting.push(next + 1);
      if (step?.kind === 'optional') waiting.push(next + 1 + step.count);
    }
  }

  /** @returns false where no step takes the character */
  take(character: string): boolean {
    const before = this.states;
    this.states = [];
    this.taken++;
    for (const state of before) {
      const step = this.steps[state];
      if (step?.kind === 'one' && step.accepts(character)) this.reach(state + 1);
      if (step?.kind === 'many' && step.accepts(character)) this.reach(state);
    }
    return this.states.length > 0;
  }
}

const anything = () => true;
const inName = (character: string) => character !== '/';

export const ANY_CHARACTERS: GlobStep = { kind: 'many', accepts: anything };
export const ANY_OF_NAME: GlobStep = { kind: 'many', accepts: inName };
export const ONE_OF_NAME: GlobStep = { kind: 'one', accepts: inName };

export function literalStep(character: string): GlobStep {
  return { kind: 'one', accepts: it => it === character };
}

/**
 * A bracket expression such as `[a-c]` or `[^.]`, as regular expressions read it.
 *
 * @throws SyntaxError where it is none
 */
export function classStep(source: string): GlobStep {
  const expression = characterClass(source);
  return { kind: 'one', accepts: character => expression.test(character) };
}

/** Only with the flag does a character beyond U+FFFF count as one; but then not every odd class is allowed. */
function characterClass(source: string): RegExp {
  try {
    return new RegExp(`^${source}$`, 'u');
  } catch {
    return new RegExp(`^${source}$`);
  }
}

/** Whether the text is these parts in this order, with anything between one and the next. */
export function isMadeOf(text: string, parts: readonly string[]): boolean {
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return text === first;
  let at = first.length;
  if (!text.startsWith(first)) return false;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/**
 * What a pattern of COPY asks of a path: `*` and `?` stand for characters of a name, `[…]` for one of a class. Undefined
 * where a class cannot be read.
 */
export function pathPatternSteps(pattern: string): GlobStep[] | undefined {
  try {
    return [...pattern.matchAll(/\*+|\[[^\]]*(?:\]|$)|[\s\S]/gu)].map(([token]) => {
      if (token.startsWith('*')) return ANY_OF_NAME;
      if (token === '?') return ONE_OF_NAME;
      return token.startsWith('[') ? classStep(token) : literalStep(token);
    });
  } catch {
    return undefined;
  }
}
