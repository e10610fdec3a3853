/**
 * Characters that do something to a terminal, a log or a line of text instead of showing themselves: C0 and C1 controls
 * and DEL, what ends lines and paragraphs, what turns the direction of writing (text can be made to read otherwise than
 * it is), the byte order mark, and halves of surrogate pairs, which no UTF-8 holds. Joiners stay: Persian and emoji need
 * them.
 */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}\u{FEFF}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text of others on one line, as it may be shown anywhere. What cannot be seen is written as JavaScript would write it:
 * `\n`, `\r`, `\t`, `\x1b`, `\u202e`. All other characters, a backslash too, stay: it is for reading, not for reading
 * back.
 */
export function visible(text: string): string {
  return text.replace(UNSEEN, escaped);
}

/** As `visible`, for texts of several lines: line breaks and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(UNSEEN, character =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

/** JSON that holds nothing unseen, and says the same. @param json what `JSON.stringify` made, indented or not */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN_IN_JSON, character => `\\u${hex(character, 4)}`);
}

/** Outside of strings there are only line breaks; inside, what is below U+0020 is escaped already. */
const UNSEEN_IN_JSON = /[\u007F-\u009F\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}\u{FEFF}]/gu;

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return SHORT[character] ?? (code <= 0xff ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`);
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0');
}
