import { check } from 'recheck';

/** A regular expression of the sources. */
export interface Expression {
  /** `FILE:LINE`, for messages. */
  readonly at: string;
  readonly source: string;
  readonly flags: string;
  /** Tried again behind each match, as `g`, `y` and `split` do. */
  readonly isRepeated: boolean;
}

/** The same for expressions that take the same time: `/a+/i`, with `everywhere` behind it where it is repeated. */
export function nameOf({ source, flags, isRepeated }: Expression): string {
  return `/${source}/${flags}${isRepeated ? ' everywhere' : ''}`;
}

/**
 * What is wrong with an expression: undefined where the time of a match, or of a search for all matches, grows with the
 * length of the text alone; otherwise how it grows and a text that shows it.
 */
export async function growthOf(expression: Expression): Promise<string | undefined> {
  const { flags } = expression;
  for (const question of new Set(questionsOf(expression))) {
    const result = await check(question, flags, PARAMETERS);
    if (
      result.status === 'vulnerable' &&
      (result.checker === 'automaton' || isSlow(question, flags, result.attack))
    )
      return `${result.complexity.summary}, by ${result.attack.pattern}`;
    if (result.status === 'unknown') return `not known: ${JSON.stringify(result.error)}`;
  }
  return undefined;
}

/** The expressions that the tool is asked about: none where the answer is evident. */
export function questionsOf({ source, flags, isRepeated }: Expression): string[] {
  return isRepeated
    ? [source].filter(it => !isEvident(it, flags) || !/^\^|[*+]$/.test(it)).map(everyMatchOf)
    : alternativesOf(source).filter(it => !isEvident(it, flags));
}

/** How often a piece is repeated in an attack that is tried. */
const REPETITIONS = 30_000;
/** Milliseconds of processor time: a linear search over so many pieces takes a few, a quadratic one seconds. */
const SLOW = 150;

/** What was guessed by trying (lookaround and the like cannot be proven) is tried here for real: a guess may be wrong. */
function isSlow(source: string, flags: string, { pumps, suffix }: Attack): boolean {
  const attack = pumps.map(({ prefix, pump }) => prefix + pump.repeat(REPETITIONS)).join('') + suffix;
  const expression = new RegExp(source, flags);
  const start = process.cpuUsage();
  expression.test(attack);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 > SLOW;
}

type Attack = Extract<Awaited<ReturnType<typeof check>>, { status: 'vulnerable' }>['attack'];

/** `attackTimeout` and `timeout` are milliseconds; the same seed gives the same answers. */
const PARAMETERS = {
  timeout: 120_000,
  attackTimeout: 2000,
  maxIteration: 5,
  seed: 1,
  recallLimit: 0,
} as const;

/** One expression whose match takes as long as all matches of another, one behind the other, and the places between. */
function everyMatchOf(source: string): string {
  return `^(?:(?:${source})|[\\s\\S])*`;
}

/** An escape and a class are one character as far as loops go; the length stays, so that places do. */
function outline(source: string): string {
  return source.replace(/\\(?:[pPu]\{[^}]*\}|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]/g, match =>
    'x'.repeat(match.length),
  );
}

/** An expression takes the time of its alternatives one after the other. */
function alternativesOf(source: string): string[] {
  const plan = outline(source);
  const cuts = [-1];
  let depth = 0;
  for (const [at, character] of [...plan].entries()) {
    if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === '|' && depth === 0) cuts.push(at);
  }
  return cuts.map((cut, index) => source.slice(cut + 1, cuts[index + 1]));
}

/**
 * True where no tool is needed: no loop; one that every way through the expression meets once, tried at one place or at the
 * expression's end, where it cannot fail.
 */
function isEvident(source: string, flags: string): boolean {
  if (/\\[1-9k]/.test(source)) return false;
  const loops = loopsOf(outline(source));
  if (loops === 0) return true;
  const isAnchored = alternativesOf(source).every(it => it.startsWith('^')) && !flags.includes('m');
  const endsInLoop = /^[^*+{}]*(?:[*+]|\{\d+,\})\??\)*$/.test(outline(source));
  return loops === 1 && (isAnchored || endsInLoop);
}

/** How many loops a way through the expression meets at most. A number of repetitions above 100 is a loop too. */
function loopsOf(plan: string): number {
  let at = 0;
  const readAlternatives = (): number => {
    let most = 0;
    let sum = 0;
    for (; at < plan.length && plan[at] !== ')'; ) {
      if (plan[at] === '|') {
        most = Math.max(most, sum);
        sum = 0;
        at++;
      } else sum += readPiece();
    }
    return Math.max(most, sum);
  };
  const readPiece = (): number => {
    const isGroup = plan[at++] === '(';
    const inside = isGroup ? readAlternatives() : 0;
    if (isGroup) at++;
    const [quantifier = '', , most = '1'] = /^(?:[*+?]|\{(\d+,)?(\d*)\})\??/.exec(plan.slice(at)) ?? [];
    at += quantifier.length;
    const times = /^[*+]/.test(quantifier) || most === '' ? Number.POSITIVE_INFINITY : Number(most);
    if (times > 100) return inside === 0 ? 1 : Number.POSITIVE_INFINITY;
    return inside * times;
  };
  return readAlternatives();
}
