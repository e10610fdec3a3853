/** What Go counts as white space: what JavaScript does, with the next-line control and without the byte order mark. */
export function isSpace(char: string): boolean {
  const code = char.charCodeAt(0);
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return code === 0x85 || (code !== 0xfeff && char !== '' && char.trim() === '');
}

/** Whether the character at a place of a text is white space. */
export function isSpaceAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return isSpace(text.charAt(at));
}

/** A text without the white space at its ends, as Go trims it. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpaceAt(text, start)) start++;
  while (end > start && isSpaceAt(text, end - 1)) end--;
  return text.slice(start, end);
}

/** The white space that BuildKit splits instructions at: no line breaks, and none of Unicode's. */
export const BLANKS = /[\t\v\f\r ]+/;
