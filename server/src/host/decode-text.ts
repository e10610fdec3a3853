import { isUtf8 } from 'node:buffer';

/** The text of a file, and why it may not be written back. */
export interface DecodedText {
  /**
   * A byte order mark of UTF-8 stays in it, so that offsets are those of the file. With an `encodingProblem` it is for
   * reading only: other bytes would be written than those that were read.
   */
  readonly text: string;
  readonly encodingProblem?: EncodingProblem;
}

export type EncodingProblem =
  /** All of it is in this encoding. The text is what it says, empty where no decoder is available. */
  | { readonly kind: 'other-encoding'; readonly encoding: NamedEncoding }
  /** Bytes that are no UTF-8, as Latin-1 has them for accents. In the text they are replacement characters. */
  | {
      readonly kind: 'stray-bytes';
      /** UTF-16 offset of the first in the text. */
      readonly offset: number;
      /** Its line, counted from 1. */
      readonly line: number;
    };

/** Without its mark, hardly any program tells UTF-16 from binary data. */
export type NamedEncoding = 'UTF-16' | 'UTF-16 without a byte order mark' | 'UTF-32';

/** Why a file is not changed: a clause. */
export function encodingReason(problem: EncodingProblem): string {
  return problem.kind === 'other-encoding'
    ? `it is ${problem.encoding}, not UTF-8`
    : `it is not UTF-8 (line ${problem.line})`;
}

/** The text of a file's bytes: strictly UTF-8, or with what is wrong with them. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const encoding = otherEncoding(bytes);
  if (encoding) {
    const { name } = encoding;
    return {
      text: decodeOther(bytes, encoding),
      encodingProblem: { kind: 'other-encoding', encoding: name },
    };
  }
  const text = decodeUtf8(bytes);
  if (isUtf8(bytes)) return { text };
  const offset = firstStray(text, bytes);
  const line = text.slice(0, offset).split('\n').length;
  return { text, encodingProblem: { kind: 'stray-bytes', offset, line } };
}

/** The text of bytes that are UTF-8 throughout, else undefined. */
export function strictText(bytes: Uint8Array): string | undefined {
  const { text, encodingProblem } = decodeText(bytes);
  return encodingProblem ? undefined : text;
}

interface OtherEncoding {
  readonly name: NamedEncoding;
  /** What the platform calls its decoder; undefined where it has none. */
  readonly decoder: 'utf-16le' | 'utf-16be' | undefined;
}

const MARKS: readonly (readonly [readonly number[], OtherEncoding])[] = [
  // Before UTF-16, whose mark it begins with.
  [[0xff, 0xfe, 0, 0], { name: 'UTF-32', decoder: undefined }],
  [[0, 0, 0xfe, 0xff], { name: 'UTF-32', decoder: undefined }],
  [[0xff, 0xfe], { name: 'UTF-16', decoder: 'utf-16le' }],
  [[0xfe, 0xff], { name: 'UTF-16', decoder: 'utf-16be' }],
];

function otherEncoding(bytes: Uint8Array): OtherEncoding | undefined {
  const marked = MARKS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte));
  return marked?.[1] ?? unmarkedUtf16(bytes);
}

/** Bytes at the start that tell UTF-16 without a mark: every other one of them is zero, that of `–` or `é` apart. */
const TELLING_BYTES = 64;
/** How many of those that may be zero are, at least. */
const TELLING_PART = 0.5;

function unmarkedUtf16(bytes: Uint8Array): OtherEncoding | undefined {
  const start = bytes.subarray(0, TELLING_BYTES);
  if (start.length < 4) return undefined;
  const zerosAt = (odd: 0 | 1) => start.filter((byte, index) => byte === 0 && index % 2 === odd).length;
  const isHigh = (odd: 0 | 1) =>
    zerosAt(odd) >= (start.length / 2) * TELLING_PART && zerosAt(odd === 0 ? 1 : 0) === 0;
  const name = 'UTF-16 without a byte order mark';
  if (isHigh(1)) return { name, decoder: 'utf-16le' };
  return isHigh(0) ? { name, decoder: 'utf-16be' } : undefined;
}

function decodeOther(bytes: Uint8Array, { decoder }: OtherEncoding): string {
  return decoder ? new TextDecoder(decoder).decode(bytes) : '';
}

function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

const REPLACEMENT = '\uFFFD';

/** The first replacement character that the file itself does not hold. */
function firstStray(text: string, bytes: Uint8Array): number {
  let bytesBefore = 0;
  let done = 0;
  for (let at = text.indexOf(REPLACEMENT); at !== -1; at = text.indexOf(REPLACEMENT, at + 1)) {
    bytesBefore += Buffer.byteLength(text.slice(done, at));
    const isItself =
      bytes[bytesBefore] === 0xef && bytes[bytesBefore + 1] === 0xbf && bytes[bytesBefore + 2] === 0xbd;
    if (!isItself) return at;
    done = at;
  }
  return text.length;
}
