import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@babel/parser';
import { check } from 'recheck';
import { dataFiles, readDataFile } from '../../scripts/knowledge/data-file';

const root = join(__dirname, '..', '..');

/** A regular expression of the sources. */
export interface Expression {
  /** `FILE:LINE`, for messages. */
  readonly at: string;
  readonly source: string;
  readonly flags: string;
  /** Tried again behind each match, as `g`, `y` and `split` do. */
  readonly isRepeated: boolean;
}

/** A call of `RegExp`, whose pattern is made of parts. */
export interface MadeExpression {
  readonly file: string;
  readonly at: string;
  /** With `x` in place of each part that `escapedForPattern` gives; undefined where it has other parts. */
  readonly sample: Expression | undefined;
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function children(node: Node): Node[] {
  return Object.entries(node)
    .filter(([key]) => !/Comments$|^loc$|^errors$/.test(key))
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap(name => {
    const path = `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) return sources(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

export interface Expressions {
  readonly written: readonly Expression[];
  readonly made: readonly MadeExpression[];
}

/** All regular expressions of what is shipped. */
export function expressionsOfSources(): Expressions {
  const written: Expression[] = [];
  const made: MadeExpression[] = [];
  for (const file of [...sources('server/src'), ...sources('client')]) {
    const text = readFileSync(join(root, file), 'utf8');
    const visit = (node: Node, parent: Node | undefined) => {
      const at = `${file}:${text.slice(0, Number(node.start)).split('\n').length}`;
      if (node.type === 'RegExpLiteral')
        written.push(expression(at, String(node.pattern), String(node.flags), isSplit(parent)));
      if (isCallOfRegExp(node)) made.push({ file, at, sample: sampleOf(node, at) });
      for (const child of children(node)) visit(child, node);
    };
    const { program } = parse(text, { sourceType: 'module', plugins: ['typescript'] });
    visit(program as unknown as Node, undefined);
  }
  for (const name of dataFiles())
    written.push(...expressionsOfData(`server/src/core/knowledge/${name}.json`, readDataFile(name).rows));
  return { written, made };
}

/** In data files an expression stands under `regexp`, or several under `regexps`, with `flags` beside them. */
function expressionsOfData(at: string, value: unknown): Expression[] {
  if (typeof value !== 'object' || value === null) return [];
  const { regexp = [], regexps = [], flags = '' } = value as Readonly<Record<string, unknown>>;
  const own = [regexp, regexps].flat().map(source => expression(at, String(source), String(flags), false));
  return [...own, ...Object.values(value).flatMap(inside => expressionsOfData(at, inside))];
}

function expression(at: string, source: string, flags: string, isSplitAt: boolean): Expression {
  return { at, source, flags: flags.replace(/[dgvy]/g, ''), isRepeated: isSplitAt || /[gy]/.test(flags) };
}

function isSplit(parent: Node | undefined): boolean {
  const callee = parent?.type === 'CallExpression' ? parent.callee : undefined;
  return isNode(callee) && isNode(callee.property) && callee.property.name === 'split';
}

function isCallOfRegExp(node: Node): boolean {
  const isCall = node.type === 'NewExpression' || node.type === 'CallExpression';
  return isCall && isNode(node.callee) && node.callee.name === 'RegExp';
}

function sampleOf(call: Node, at: string): Expression | undefined {
  const [pattern, flags] = (call.arguments as unknown[]).filter(isNode);
  if (pattern?.type !== 'TemplateLiteral') return undefined;
  const parts = pattern.expressions as Node[];
  const areEscaped = parts.every(
    part => part.type === 'CallExpression' && isNode(part.callee) && part.callee.name === 'escapedForPattern',
  );
  if (!areEscaped) return undefined;
  const texts = (pattern.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
  return expression(at, texts.join('x'), String(flags?.value ?? ''), false);
}

/**
 * What is wrong with an expression: undefined where the time of a match, or of a search for all matches, grows with the
 * length of the text alone; otherwise how it grows and a text that shows it.
 */
export async function growthOf({ source, flags, isRepeated }: Expression): Promise<string | undefined> {
  const questions = isRepeated
    ? [source].filter(it => !isEvident(it, flags) || !/^\^|[*+]$/.test(it)).map(everyMatchOf)
    : alternativesOf(source).filter(it => !isEvident(it, flags));
  for (const question of new Set(questions)) {
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
