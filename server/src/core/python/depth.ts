import { MOST_PYTHON_CHAIN, MOST_PYTHON_DEPTH } from '../limits';

const NEXT = /"""|'''|["'#([{\n,]|[)\]}](?:\s*[.([])?/g;

/** Whether brackets of a Python file stand deeper inside each other, or behind each other, than anybody writes. */
export function isTooDeep(text: string): boolean {
  const nesting = new Nesting();
  NEXT.lastIndex = 0;
  for (let match = NEXT.exec(text); match; match = NEXT.exec(text)) {
    const [found] = match;
    if (found === '#') NEXT.lastIndex = endOfLine(text, match.index);
    else if (/^["']/.test(found)) NEXT.lastIndex = endOfString(text, match.index, found);
    else nesting.read(found);
    if (nesting.isTooDeep()) return true;
  }
  return false;
}

class Nesting {
  private depth = 0;
  /** How often what is in brackets was called, indexed or asked for a part since the statement began. */
  private chain = 0;

  /** @param piece a bracket, with what goes on behind a closing one; a comma or a line break */
  read(piece: string): void {
    const last = piece.at(-1) ?? '';
    if (piece === ',' || (piece === '\n' && this.depth === 0)) this.chain = 0;
    if (/^[)\]}]/.test(piece)) this.depth = Math.max(0, this.depth - 1);
    if (piece.length > 1) this.chain++;
    if (/[([{]/.test(last)) this.depth++;
  }

  isTooDeep(): boolean {
    return this.depth > MOST_PYTHON_DEPTH || this.chain > MOST_PYTHON_CHAIN;
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** Behind the closing quotes; a string of one line that nothing closes ends with its line. */
function endOfString(text: string, start: number, quotes: string): number {
  for (let at = start + quotes.length; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === '\n' && quotes.length === 1) return at;
    else if (char === quotes[0] && text.startsWith(quotes, at)) return at + quotes.length;
  }
  return text.length;
}
