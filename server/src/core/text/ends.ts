// What `replace(/x+$/, '')` and its like do in quadratic time, for an expression is tried at each character of every run.

/** The text without the characters of this set at its end: `usr/` for `usr//` and `/`. */
export function withoutTrailing(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** The text after the last line break: all of the text where it has none. */
export function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}

/** Where the blanks and tabs before `end` begin; `end` where there are none. */
export function blanksStart(text: string, end: number): number {
  let start = end;
  while (text[start - 1] === ' ' || text[start - 1] === '\t') start--;
  return start;
}

/** Where the white space before a word begins, with the continuation of the line before where it begins a line. */
export function gapStart(text: string, end: number): number {
  const blanks = blanksStart(text, end);
  if (blanks === end || text[blanks - 1] !== '\n') return blanks;
  const lineEnd = text[blanks - 2] === '\r' ? blanks - 2 : blanks - 1;
  return text[lineEnd - 1] === '\\' ? blanksStart(text, lineEnd - 1) : blanks;
}

/** Where the comment of a line begins: at a `#` that is its first character or follows white space; -1 without one. */
export function commentStart(line: string): number {
  if (line.startsWith('#')) return 0;
  const blank = line.search(/\s#/);
  return blank === -1 ? -1 : blank + 1;
}

/** A line without its comment; the white space before it stays. */
export function withoutComment(line: string): string {
  const start = commentStart(line);
  return start === -1 ? line : line.slice(0, start);
}
