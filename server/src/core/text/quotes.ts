/** One past the closing quote of the string that begins at `start`, a backslash in it taking the next character; -1 where it is not closed. */
export function endOfEscapedString(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at + 1;
  }
  return -1;
}

/** One past the closing quote of the string that begins at `start`, in which a backslash is one; -1 where it is not closed. */
export function endOfPlainString(text: string, start: number): number {
  return text.indexOf(text.charAt(start), start + 1) + 1 || -1;
}
