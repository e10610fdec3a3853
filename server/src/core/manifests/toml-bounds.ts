import { MOST_TOML_DEPTH, MOST_TOML_LENGTH, MOST_TOML_TOKENS } from '../limits';
import { beyond } from '../text/beyond';

const NEXT = /"""|'''|["'#[\]{}\n.,=]|[^\s"'#[\]{}.,=]+/g;

/** Which limit a TOML file is beyond, as the message of a finding; undefined where it is within all of them. */
export function tomlLimit(text: string): string | undefined {
  if (text.length > MOST_TOML_LENGTH) return beyond('the file', text.length, MOST_TOML_LENGTH, 'characters');
  const nesting = new Nesting();
  let tokens = 0;
  NEXT.lastIndex = 0;
  for (let match = NEXT.exec(text); match; match = NEXT.exec(text)) {
    const [found] = match;
    if (++tokens > MOST_TOML_TOKENS)
      return beyond('the file', undefined, MOST_TOML_TOKENS, 'keys, values and punctuation');
    if (found === '#') NEXT.lastIndex = endOfLine(text, match.index);
    else if (found.startsWith('"') || found.startsWith("'"))
      NEXT.lastIndex = endOfString(text, match.index, found);
    else if (nesting.after(found) > MOST_TOML_DEPTH)
      return `the file is nested more than ${MOST_TOML_DEPTH} levels deep: it is not checked`;
  }
  return undefined;
}

class Nesting {
  private brackets = 0;
  /** Dots since the key began: `a.b.c` are tables inside each other. */
  private dots = 0;

  /** @returns how deep it is behind a piece that is no string */
  after(piece: string): number {
    if (piece === '[' || piece === '{') this.brackets++;
    else if (piece === ']' || piece === '}') this.brackets = Math.max(0, this.brackets - 1);
    else if (piece === '.') this.dots++;
    else if (piece === '\n' || piece === ',') this.dots = 0;
    return this.brackets + this.dots;
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** Behind the closing quote; a string of one line that nothing closes ends with its line. */
function endOfString(text: string, start: number, quote: string): number {
  const last = quote.length === 3 ? text.length : endOfLine(text, start);
  for (let at = start + quote.length; at < last; at++) {
    const char = text[at];
    if (char === '\\' && quote.startsWith('"')) at++;
    else if (char === quote[0] && text.startsWith(quote, at)) return at + quote.length;
  }
  return last;
}
