import type { Lines } from '../text/lines';

/** Whether a line goes on in the next one: it ends with one escape character, white space aside. */
export function continues(line: string, escapeChar: string): boolean {
  const trimmed = line.trimEnd();
  return trimmed.endsWith(escapeChar) && trimmed.charAt(trimmed.length - 2) !== escapeChar;
}

function isContent(line: string): boolean {
  const trimmed = line.trim();
  return trimmed !== '' && !trimmed.startsWith('#');
}

/** The line of the first instruction; the number of lines where there is none. */
export function firstInstruction(lines: Lines): number {
  let line = 0;
  while (line < lines.count && !isContent(lines.textOf(line).replace(/^\uFEFF/, ''))) line++;
  return line;
}

/** The line behind the instruction that begins on `line`, its heredocs aside. */
export function endOfInstruction(lines: Lines, line: number, escapeChar: string): number {
  let last = line;
  for (let next = line + 1; next < lines.count && continues(lines.textOf(last), escapeChar); next++) {
    if (isContent(lines.textOf(next))) last = next;
  }
  return last + 1;
}

/** The line behind the bodies of heredocs that begin on `line`; the file's end where nothing closes one. */
export function endOfHeredocs(lines: Lines, line: number, names: readonly string[]): number {
  let at = line;
  for (const name of names) {
    while (at < lines.count && lines.textOf(at).trim() !== name) at++;
    at++;
  }
  return Math.min(at, lines.count);
}

/** The line on which the next instruction begins, behind blank lines and comments. */
export function nextInstruction(lines: Lines, line: number): number {
  let at = line;
  while (at < lines.count && !isContent(lines.textOf(at))) at++;
  return at;
}
