/**
 * Matches a pattern of literal characters, escapes, `?`, `*` and `**` in time of its length times that of the path. A
 * regular expression tries the stars in every combination: ten of them and a name of two hundred characters never end.
 *
 * @param pattern as the engine reads it: `?` and `*` stop at a slash; `**` is any number of folders, at the end anything
 */
export function wildcardMatcher(pattern: string): (path: string) => boolean {
  const tokens = pattern.match(TOKEN) ?? [];
  const steps = tokens.map((token, index) => stepOf(token, index === tokens.length - 1 ? 'last' : 'inner'));
  return path => {
    const characters = [...path];
    let reached: Reached = new Uint8Array(characters.length + 1);
    reached[0] = 1;
    for (const step of steps) reached = step(reached, characters);
    return reached[characters.length] === 1;
  };
}

const TOKEN = /\*\*\/?|\*|\?|\\[\s\S]|[\s\S]/gu;

/** For each place between two characters, whether the pattern so far can end there. */
type Reached = Uint8Array;
type Step = (from: Reached, characters: readonly string[]) => Reached;

function stepOf(token: string, place: 'inner' | 'last'): Step {
  if (token.startsWith('**')) return place === 'last' ? anything : folders;
  if (token === '*') return partOfName;
  if (token === '?') return one(character => character !== '/');
  const literal = token.length > 1 && token.startsWith('\\') ? token.slice(1) : token;
  return one(character => character === literal);
}

function one(fits: (character: string) => boolean): Step {
  return (from, characters) => {
    const to = new Uint8Array(from.length);
    for (const [at, character] of characters.entries()) {
      if (from[at] === 1 && fits(character)) to[at + 1] = 1;
    }
    return to;
  };
}

const partOfName: Step = (from, characters) => {
  const to = from.slice();
  for (const [at, character] of characters.entries()) {
    if (to[at] === 1 && character !== '/') to[at + 1] = 1;
  }
  return to;
};

/** A line break is the one character that the engine's expressions do not take for any. */
const anything: Step = (from, characters) => {
  const to = from.slice();
  for (const [at, character] of characters.entries()) {
    if (to[at] === 1 && character !== '\n') to[at + 1] = 1;
  }
  return to;
};

/** Nothing, or whatever ends with a slash. */
const folders: Step = (from, characters) => {
  const passed = anything(from, characters);
  const to = from.slice();
  for (const [at, character] of characters.entries()) {
    if (passed[at] === 1 && character === '/') to[at + 1] = 1;
  }
  return to;
};
