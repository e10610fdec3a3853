// Which regular expressions were proven to take time by the length of a text alone: proving all takes a minute, so the
// answers are remembered in `linear-expressions.json`, for the checker and the version of the tool that gave them.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Expression, growthOf, nameOf, questionsOf } from './expression-growth';

const file = join(__dirname, 'linear-expressions.json');

/** What is remembered. */
export interface Remembered {
  /** The tool and the text of the code that asks it: of others, no answer is taken. */
  readonly checker: string;
  /** The names of expressions that the tool was asked about, in order. */
  readonly linear: readonly string[];
}

/** The tool's version, and a digest of what asks it. */
export function currentChecker(): string {
  const { version } = JSON.parse(
    readFileSync(join(__dirname, '../../node_modules/recheck/package.json'), 'utf8'),
  );
  const code = readFileSync(join(__dirname, 'expression-growth.ts'), 'utf8').replaceAll('\r\n', '\n');
  return `recheck ${version}, ${createHash('sha256').update(code).digest('hex').slice(0, 16)}`;
}

export function remembered(): Remembered {
  return JSON.parse(readFileSync(file, 'utf8'));
}

export function remember(linear: readonly string[]): void {
  const known: Remembered = { checker: currentChecker(), linear: [...linear].sort() };
  writeFileSync(file, `${JSON.stringify(known, undefined, 2)}\n`);
}

/** Those whose answer takes the tool. */
export function asked(expressions: readonly Expression[]): Expression[] {
  return expressions.filter(it => questionsOf(it).length > 0);
}

/** Those of which nothing is remembered. */
export function unproven(expressions: readonly Expression[], { checker, linear }: Remembered): Expression[] {
  const known = new Set(checker === currentChecker() ? linear : []);
  return expressions.filter(it => !known.has(nameOf(it)));
}

/** What is remembered and says nothing: of expressions that nobody writes any more, or by another checker. */
export function stale(expressions: readonly Expression[], { checker, linear }: Remembered): string[] {
  if (checker !== currentChecker()) return [`all: they are by ${checker}, and this is ${currentChecker()}`];
  const names = new Set(expressions.map(nameOf));
  return linear.filter(name => !names.has(name));
}

/** Those that take longer than the length of a text asks for, in words. Two at a time: the tool answers on threads of its own. */
export async function tooSlow(expressions: readonly Expression[]): Promise<string[]> {
  const found: string[] = [];
  const waiting = [...expressions];
  const worker = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const growth = await growthOf(next);
      if (growth !== undefined) found.push(`${next.at}: /${next.source}/${next.flags} ${growth}`);
    }
  };
  await Promise.all([worker(), worker()]);
  return found;
}
