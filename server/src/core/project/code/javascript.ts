import type { CalledProgram, SourceFacts } from './facts';
import { program, shellScript } from './script';
import { namedStrings, pathNames } from './strings';
import { type CodeToken, codeTokens, SYNTAX } from './tokens';

/** Functions of `node:child_process` that start a program, and those that hand a text to a shell. */
const PROGRAM_FUNCTIONS = new Set(['spawn', 'spawnSync', 'execFile', 'execFileSync']);
const SHELL_FUNCTIONS = new Set(['exec', 'execSync']);

/** How a function of another package starts what its first argument names. */
type Starts = 'program' | 'script' | 'words';

/**
 * Packages that start programs, with their functions; `default` is what is imported without braces, or the module itself
 * where that is called. Sources: https://github.com/sindresorhus/execa, https://github.com/google/zx,
 * https://github.com/shelljs/shelljs, https://github.com/moxystudio/node-cross-spawn (2026-11)
 */
const STARTERS: Readonly<Record<string, Readonly<Record<string, Starts>>>> = {
  child_process: {
    ...Object.fromEntries([...PROGRAM_FUNCTIONS].map(it => [it, 'program' as const])),
    ...Object.fromEntries([...SHELL_FUNCTIONS].map(it => [it, 'script' as const])),
  },
  execa: {
    ...{ default: 'program', execa: 'program', execaSync: 'program', $: 'words', execaNode: 'words' },
    ...{ execaCommand: 'words', execaCommandSync: 'words', command: 'words', commandSync: 'words' },
    ...{ sync: 'program', $sync: 'words' },
  },
  'cross-spawn': { default: 'program', spawn: 'program', sync: 'program' },
  'cross-spawn-promise': { default: 'program' },
  tinyexec: { x: 'program', exec: 'program' },
  nanoexec: { default: 'program' },
  zx: { $: 'script' },
  'zx/globals': {},
  shelljs: { exec: 'script' },
  bun: { $: 'script', spawn: 'program', spawnSync: 'program' },
};

/** Keys of settings whose value names a package that is loaded when the program runs, as pino's transports are. */
const NAMING_KEYS = new Set(['target', 'client', 'dialect', 'driver', 'preset']);

/** What a file of JavaScript or TypeScript imports and starts. */
export function readJavaScript(text: string): SourceFacts {
  const tokens = codeTokens(text, SYNTAX.javascript);
  const imported = importsIn(tokens);
  return {
    imports: [...new Set(imported.map(it => it.from))],
    calls: callsIn(tokens, imported),
    embeds: [],
    paths: pathNames(tokens),
    writes: true,
  };
}

interface Import {
  readonly from: string;
  /** What each local name is called there: `default`, `*` for the module itself. */
  readonly names: ReadonlyMap<string, string>;
}

function importsIn(tokens: readonly CodeToken[]): Import[] {
  const found: Import[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' || isMember(tokens, index)) continue;
    if (token.text === 'import' || token.text === 'export') found.push(...statementAt(tokens, index));
    if (token.text === 'import' || token.text === 'require') found.push(...callAt(tokens, index));
    if (NAMING_KEYS.has(token.text)) found.push(...namedBy(tokens, index));
  }
  return found;
}

/** True behind a dot: `module.require` and `import.meta` are other things. */
function isMember(tokens: readonly CodeToken[], index: number): boolean {
  const before = tokens[index - 1];
  return before?.kind === 'mark' && before.text === '.' && tokens[index - 2]?.text !== '.';
}

const MOST_IMPORT_TOKENS = 2000;

/** `import … from '…'`, `export … from '…'`, `import '…'`; none where only types are taken. */
function statementAt(tokens: readonly CodeToken[], start: number): Import[] {
  const first = tokens[start + 1];
  if (isWord(tokens[start], 'import') && first?.kind === 'string')
    return [{ from: first.text, names: new Map() }];
  const end = endOfClause(tokens, start + 1);
  const source = end === undefined ? undefined : tokens[end + 1];
  if (!source) return [];
  const clause = tokens.slice(start + 1, end);
  const { names, types } = namesOfClause(clause);
  const isOfTypes = isWord(first, 'type') && clause.length > 1 && !isMark(clause[1], ',');
  return isOfTypes || (types > 0 && names.size === 0) ? [] : [{ from: source.text, names }];
}

/** The place of the word `from` with a string behind it; undefined where something else is written. */
function endOfClause(tokens: readonly CodeToken[], from: number): number | undefined {
  for (let at = from; at < Math.min(tokens.length, from + MOST_IMPORT_TOKENS); at++) {
    const token = tokens[at];
    const next = tokens[at + 1];
    if (isWord(token, 'from') && next?.kind === 'string') return at;
    if (token?.kind === 'string' || /^(import|export)$/.test(token?.text ?? '')) return undefined;
    if (token?.kind === 'mark' && !/[{},*]/.test(token.text)) return undefined;
    if (isMark(token, '}') && !isWord(next, 'from')) return undefined;
  }
  return undefined;
}

/** What stands between `import` and `from`: local names with what they are called there, and how many types. */
function namesOfClause(clause: readonly CodeToken[]) {
  const names = new Map<string, string>();
  let types = 0;
  for (const { words, isInBraces } of specifiersIn(clause)) {
    const [called = '', , local = called] = words;
    if (isInBraces && called === 'type' && words.length > 1 && words[1] !== 'as') types++;
    else if (words.length > 0) names.set(local, isInBraces || called === '*' ? called : 'default');
  }
  return { names, types };
}

/** `a`, `b as c`, `* as d`, `type E`, by the commas and braces between them. */
function specifiersIn(clause: readonly CodeToken[]) {
  const found: { words: string[]; isInBraces: boolean }[] = [{ words: [], isInBraces: false }];
  let isInBraces = false;
  for (const token of clause) {
    if (token.kind === 'mark' && token.text !== '*') {
      if (token.text !== ',') isInBraces = token.text === '{';
      found.push({ words: [], isInBraces });
    } else found.at(-1)?.words.push(token.text);
  }
  return found;
}

function isWord(token: CodeToken | undefined, text: string): boolean {
  return token?.kind === 'word' && token.text === text;
}

function isMark(token: CodeToken | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text;
}

/** `require('…')`, `require.resolve('…')` and `import('…')`, with the names that are given to what they return. */
function callAt(tokens: readonly CodeToken[], index: number): Import[] {
  const isResolve = isMark(tokens[index + 1], '.') && isWord(tokens[index + 2], 'resolve');
  const open = index + (isResolve ? 3 : 1);
  const source = tokens[open + 1];
  if (!isMark(tokens[open], '(') || source?.kind !== 'string' || source.isComputed || source.quote === '/')
    return [];
  // Types of TypeScript: `typeof import('x')`, `let a: import('x').B`, `import type a = require('x')`.
  const isType = isWord(tokens[index - 1], 'typeof') || /^[:<|&]$/.test(tokens[index - 1]?.text ?? '');
  if (isType && isWord(tokens[index], 'import')) return [];
  if (isWord(tokens[index - 3], 'type') && isWord(tokens[index - 4], 'import')) return [];
  return [{ from: source.text, names: namesOfCall(tokens, index, open + 2) }];
}

/** `const x = require(…)`, `const { a, b: c } = await import(…)`, `const a = require(…).b`. */
function namesOfCall(
  tokens: readonly CodeToken[],
  index: number,
  close: number,
): ReadonlyMap<string, string> {
  let at = index - 1;
  if (isWord(tokens[at], 'await')) at--;
  const names = new Map<string, string>();
  if (!isMark(tokens[at], '=')) return names;
  const last = tokens[at - 1];
  if (last?.kind === 'word') {
    const part = isMark(tokens[close + 1], '.') ? tokens[close + 2]?.text : undefined;
    names.set(last.text, part ?? '*');
    return names;
  }
  if (!isMark(last, '}')) return names;
  for (let part = at - 2; part > 0 && !isMark(tokens[part], '{'); part--) {
    const token = tokens[part];
    if (token?.kind !== 'word') continue;
    if (isMark(tokens[part - 1], ':')) {
      names.set(token.text, tokens[part - 2]?.text ?? token.text);
      part -= 2;
    } else names.set(token.text, token.text);
  }
  return names;
}

/** `target: 'pino-pretty'`. */
function namedBy(tokens: readonly CodeToken[], index: number): Import[] {
  const value = tokens[index + 2];
  const isName = isMark(tokens[index + 1], ':') && value?.kind === 'string' && !value.isComputed;
  return isName && /^(@[\w.-]+\/)?[a-z][\w.-]*$/.test(value.text)
    ? [{ from: value.text, names: new Map() }]
    : [];
}

/** What a name of the file does: starts a program, or is a module with functions that do. */
interface Starters {
  readonly functions: Map<string, Starts>;
  readonly modules: Map<string, Readonly<Record<string, Starts>>>;
}

function startersIn(tokens: readonly CodeToken[], imports: readonly Import[]): Starters {
  const starters: Starters = { functions: new Map(), modules: new Map() };
  for (const { from, names } of imports) {
    if (from === 'zx/globals') starters.functions.set('$', 'script');
    const known = startersOf(from);
    if (known) for (const [local, name] of names) takeName(local, name, known, starters);
  }
  for (const [index, token] of tokens.entries()) {
    if (isWord(token, 'promisify')) takePromisified(tokens, index, starters);
  }
  return starters;
}

function startersOf(from: string): Readonly<Record<string, Starts>> | undefined {
  const name = from.replace(/^node:/, '');
  return Object.hasOwn(STARTERS, name) ? STARTERS[name] : undefined;
}

function takeName(
  local: string,
  name: string,
  known: Readonly<Record<string, Starts>>,
  { functions, modules }: Starters,
): void {
  const isModule = name === '*' || name === 'default';
  if (isModule) modules.set(local, known);
  const starts = known[isModule ? 'default' : name];
  if (starts) functions.set(local, starts);
}

/** `const run = promisify(exec)`, `const run = util.promisify(cp.exec)`. */
function takePromisified(
  tokens: readonly CodeToken[],
  index: number,
  { functions, modules }: Starters,
): void {
  const isOfUtil = isMark(tokens[index - 1], '.');
  const equals = index - (isOfUtil ? 3 : 1);
  const local = tokens[equals - 1];
  if (!isMark(tokens[equals], '=') || local?.kind !== 'word') return;
  const [first, dot, second] = [tokens[index + 2], tokens[index + 3], tokens[index + 4]];
  const inside = tokens.slice(index + 1, index + 9).findLast(it => it.kind === 'word');
  const required = isWord(first, 'require') ? inside : undefined;
  const starts = isMark(dot, '.')
    ? modules.get(first?.text ?? '')?.[second?.text ?? '']
    : required
      ? STARTERS.child_process?.[required.text]
      : functions.get(first?.text ?? '');
  if (starts) functions.set(local.text, starts);
}

function callsIn(tokens: readonly CodeToken[], imports: readonly Import[]): CalledProgram[] {
  const starters = startersIn(tokens, imports);
  const values = namedStrings(tokens);
  const found: CalledProgram[] = [];
  for (const [index, token] of tokens.entries()) {
    const starts = token.kind === 'word' ? startsAt(tokens, index, starters) : undefined;
    const call = starts && argumentOf(tokens, index, values);
    const called = call && callOf(starts, call);
    if (called) found.push(called);
  }
  return found;
}

function startsAt(tokens: readonly CodeToken[], index: number, { functions, modules }: Starters) {
  const name = tokens[index]?.text ?? '';
  if (!isMember(tokens, index)) return functions.get(name);
  const owner = tokens[index - 2];
  // `require('child_process').exec(…)`
  if (isMark(owner, ')') && isWord(tokens[index - 5], 'require')) {
    return startersOf(tokens[index - 3]?.text ?? '')?.[name];
  }
  return owner?.kind === 'word' ? modules.get(owner.text)?.[name] : undefined;
}

interface Argument {
  readonly text: string;
  /** True where the call asks for a shell. */
  readonly inShell: boolean;
}

/** The first argument, or the template behind the name: `$`git status``. */
function argumentOf(
  tokens: readonly CodeToken[],
  index: number,
  values: ReadonlyMap<string, CodeToken>,
): Argument | undefined {
  const next = tokens[index + 1];
  if (next?.kind === 'string' && next.quote === '`') return { text: next.text, inShell: false };
  // `$({ cwd })`git status``
  if (!isMark(next, '(')) return undefined;
  const first = tokens[index + 2];
  const value =
    first?.kind === 'word' && /^[,)]$/.test(tokens[index + 3]?.text ?? '') ? values.get(first.text) : first;
  if (value?.kind !== 'string' || value.quote === '/') return undefined;
  return { text: value.text, inShell: asksForShell(tokens, index + 3) };
}

const MOST_ARGUMENT_TOKENS = 200;

/** `shell: true` among the options of the same call. */
function asksForShell(tokens: readonly CodeToken[], from: number): boolean {
  let open = 1;
  for (let at = from; at < Math.min(tokens.length, from + MOST_ARGUMENT_TOKENS) && open > 0; at++) {
    const token = tokens[at];
    if (isMark(token, '(')) open++;
    if (isMark(token, ')')) open--;
    if (isWord(token, 'shell') && isMark(tokens[at + 1], ':') && !isWord(tokens[at + 2], 'false'))
      return true;
  }
  return false;
}

function callOf(starts: Starts, { text, inShell }: Argument): CalledProgram | undefined {
  if (starts === 'script' || inShell) return shellScript(text);
  if (starts === 'program') return program(text);
  return program(/^\s*([^\s]+)/.exec(text)?.[1] ?? '');
}
