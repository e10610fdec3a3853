import { MOST_PYTHON_CHAIN, MOST_PYTHON_DEPTH } from '../limits';

const NEXT = /"""|'''|\\\r?\n|["'#([{\n,*]|[)\]}](?:\s*[.([])?/g;

/**
 * The text of a Python file as the grammar reads it in linear time: blanks stand in the place of lines that hold only a
 * comment, and of `\` with the end of its line. Behind a statement the grammar reads all of those once more for each of
 * them. All offsets stay what they are.
 *
 * @returns undefined where brackets stand deeper inside each other, or behind each other, than anybody writes
 */
export function readableText(text: string): string | undefined {
  const nesting = new Nesting();
  const pieces: string[] = [];
  let taken = 0;
  const blank = (start: number, end: number) => {
    pieces.push(text.slice(taken, start), ' '.repeat(end - start));
    taken = end;
  };
  NEXT.lastIndex = 0;
  for (let match = NEXT.exec(text); match; match = NEXT.exec(text)) {
    const [found] = match;
    const at = match.index;
    if (found === '#') {
      NEXT.lastIndex = endOfLine(text, at);
      if (isFirstOnLine(text, at)) blank(at, NEXT.lastIndex);
    } else if (/^["']/.test(found)) NEXT.lastIndex = endOfString(text, at, found);
    else if (found.startsWith('\\')) blank(at, NEXT.lastIndex);
    else nesting.read(found);
    if (nesting.isTooDeep()) return undefined;
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(taken);
}

class Nesting {
  private depth = 0;
  /** How often what is in brackets was called, indexed or asked for a part since the statement began, and each `*`. */
  private chain = 0;

  /** @param piece a bracket, with what goes on behind a closing one; a comma, a star or a line break */
  read(piece: string): void {
    const last = piece.at(-1) ?? '';
    if (piece === ',' || (piece === '\n' && this.depth === 0)) this.chain = 0;
    if (/^[)\]}]/.test(piece)) this.depth = Math.max(0, this.depth - 1);
    if (piece.length > 1 || piece === '*') this.chain++;
    if (/[([{]/.test(last)) this.depth++;
  }

  isTooDeep(): boolean {
    return this.depth > MOST_PYTHON_DEPTH || this.chain > MOST_PYTHON_CHAIN;
  }
}

/** True where only blanks stand between the start of the line and an offset. */
function isFirstOnLine(text: string, at: number): boolean {
  let before = at;
  while (/[ \t\f]/.test(text[before - 1] ?? '')) before--;
  return before === 0 || /[\r\n]/.test(text[before - 1] ?? '');
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  if (end === -1) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

/** Behind the closing quotes; a string of one line that nothing closes ends with its line. */
function endOfString(text: string, start: number, quotes: string): number {
  for (let at = start + quotes.length; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at += text.startsWith('\r\n', at + 1) ? 2 : 1;
    else if (char === '\n' && quotes.length === 1) return at;
    else if (char === quotes[0] && text.startsWith(quotes, at)) return at + quotes.length;
  }
  return text.length;
}
