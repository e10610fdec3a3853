/** How much of a text there is to read, by one walk over its characters. */
export interface TextSize {
  /** Lines that hold more than a comment (`#`) and white space. */
  readonly lines: number;
  /** Words, and characters that mean something by themselves: operators, brackets, quotes. */
  readonly tokens: number;
}

const BLANK = 1;
const SIGN = 2;
const CLASSES = new Uint8Array(128);
for (const char of ' \t\r\v\f') CLASSES[char.charCodeAt(0)] = BLANK;
for (const char of '()[]{}<>|&;$`"\'=,') CLASSES[char.charCodeAt(0)] = SIGN;
const LINE_FEED = 10;
const HASH = 35;

/** @param most tokens after which nobody wants to know more */
export function sizeOf(text: string, most: number): TextSize {
  let lines = 0;
  let tokens = 0;
  let isLineStart = true;
  let inWord = false;
  for (let at = 0; at < text.length && tokens <= most; at++) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED) {
      isLineStart = true;
      inWord = false;
      continue;
    }
    const kind = code < 128 ? CLASSES[code] : 0;
    if (kind === BLANK) {
      inWord = false;
      continue;
    }
    if (isLineStart && code === HASH) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end - 1;
      continue;
    }
    if (isLineStart) lines++;
    isLineStart = false;
    if (kind === SIGN || !inWord) tokens++;
    inWord = kind !== SIGN;
  }
  return { lines, tokens };
}
