import type { CodeToken } from './tokens';

/** Names in a string: what is longer is no path that anybody wrote. */
const MOST_STRING = 200;

/** The names of the paths that the strings of a file may be or hold. */
export function pathNames(tokens: readonly CodeToken[]): string[] {
  const names = new Set<string>();
  for (const { kind, text, quote } of tokens) {
    if (kind !== 'string' || quote === '/' || text.length > MOST_STRING) continue;
    for (const name of text.split(/[/\\\s:?#=,;]+/)) {
      if (/^[\w.@+-]*[a-z][\w.@+-]*$/i.test(name)) names.add(name);
    }
  }
  return [...names];
}

/** The words that a file gives the value of one string, `const COMMAND = "git"`, by their names. */
export function namedStrings(tokens: readonly CodeToken[]): ReadonlyMap<string, CodeToken> {
  const found = new Map<string, CodeToken>();
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'mark' || token.text !== '=') continue;
    const value = tokens[index + 1];
    const end = tokens[index + 2];
    if (value?.kind !== 'string' || (end?.kind === 'mark' && /[+.%[]/.test(end.text))) continue;
    const name = assignedName(tokens, index);
    if (name?.kind === 'word') found.set(name.text, value);
  }
  return found;
}

/** `a = `, `a := ` of Go, `a: string = ` of TypeScript, `var a string = ` of Go. */
function assignedName(tokens: readonly CodeToken[], equals: number): CodeToken | undefined {
  const [before, second] = [tokens[equals - 1], tokens[equals - 2]];
  if (before?.text === ':') return second;
  if (second?.text === ':') return tokens[equals - 3];
  return before?.text === 'string' ? second : before;
}
