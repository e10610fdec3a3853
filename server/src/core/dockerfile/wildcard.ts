// The patterns of `${NAME#pattern}` and its siblings, as BuildKit reads them: `*`, `?`, and backslashes.

/** A character, or `*` and `?` as what they stand for. */
type Token = { readonly char: string } | 'any' | 'one';

export type WildcardPattern = readonly Token[];

/** Undefined for a pattern at which the build fails: a backslash before what needs none. */
export function wildcardPattern(text: string): WildcardPattern | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    const next = text[at + 1] ?? '';
    if (char === '*') tokens.push('any');
    else if (char === '?') tokens.push('one');
    else if (char !== '\\') tokens.push({ char });
    else if (/[}/]/.test(next)) continue;
    else if (/[*?\\]/.test(next)) {
      tokens.push({ char: next });
      at++;
    } else return undefined;
  }
  return tokens;
}

export type Anchor = 'start' | 'end';

/**
 * Where the shortest or longest match ends that begins at the start of a text, or begins that ends at its end; undefined
 * where there is none. All matches are followed at once: the work is at most the pattern's length times the text's.
 */
export function wildcardEnd(
  pattern: WildcardPattern,
  text: string,
  anchor: Anchor,
  which: 'shortest' | 'longest',
): number | undefined {
  const forwards = anchor === 'start';
  const tokens = forwards ? pattern : [...pattern].reverse();
  const charAt = (at: number) => text[forwards ? at : text.length - 1 - at];
  let states = closure(tokens, new Set([0]));
  let found: number | undefined;
  for (let at = 0; ; at++) {
    if (states.has(tokens.length)) {
      found = at;
      if (which === 'shortest') break;
    }
    const char = charAt(at);
    if (char === undefined || states.size === 0) break;
    states = closure(tokens, step(tokens, states, char));
  }
  if (found === undefined) return undefined;
  return forwards ? found : text.length - found;
}

/** A `*` may stand for nothing. */
function closure(tokens: WildcardPattern, states: Set<number>): Set<number> {
  for (const state of states) if (tokens[state] === 'any') states.add(state + 1);
  return states;
}

function step(tokens: WildcardPattern, states: ReadonlySet<number>, char: string): Set<number> {
  const next = new Set<number>();
  for (const state of states) {
    const token = tokens[state];
    if (token === 'any') next.add(state);
    else if (token === 'one' || (token !== undefined && token.char === char)) next.add(state + 1);
  }
  return next;
}
