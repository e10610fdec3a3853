import { Readable } from 'node:stream';

/** A layer of very many files, described instead of written down: its archive is made while it is read. */
export interface ManyFiles {
  readonly count: number;
  /** Path of a file by its number, of ASCII signs, at most 100. */
  readonly path: (index: number) => string;
  /** Bytes of a file by its number. */
  readonly bytes: (index: number) => number;
}

const BLOCK = 512;

/** What `docker save` writes for layers of very many files. */
export function archiveOf(layers: readonly ManyFiles[]): Readable {
  return Readable.from(pieces(layers), { objectMode: false });
}

function* pieces(layers: readonly ManyFiles[]): Generator<Buffer> {
  for (const [index, layer] of layers.entries()) {
    yield header(`${index}/layer.tar`, tarBytes(layer));
    yield* tar(layer);
  }
  yield* small('config.json', JSON.stringify({ history: layers.map(() => ({})) }));
  const names = layers.map((_, index) => `${index}/layer.tar`);
  yield* small('manifest.json', JSON.stringify([{ Config: 'config.json', Layers: names }]));
  yield Buffer.alloc(2 * BLOCK);
}

function* small(name: string, text: string): Generator<Buffer> {
  yield header(name, text.length);
  yield Buffer.from(text.padEnd(padded(text.length), '\0'));
}

function tarBytes({ count, bytes }: ManyFiles): number {
  let sum = 2 * BLOCK;
  for (let index = 0; index < count; index++) sum += BLOCK + padded(bytes(index));
  return sum;
}

/** Many files in each piece: a piece of its own for each would be the slowest part of a test. */
function* tar({ count, path, bytes }: ManyFiles): Generator<Buffer> {
  let parts: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    parts.push(header(path(index), bytes(index)), Buffer.alloc(padded(bytes(index))));
    if (parts.length >= 256) {
      yield Buffer.concat(parts);
      parts = [];
    }
  }
  yield Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function padded(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK;
}

const SIZE = 124;
const CHECKSUM = 148;

/** The header of a file with nothing in it. */
const template = (() => {
  const block = Buffer.alloc(BLOCK);
  block.write('0000644', 100, 'latin1');
  block.write('0000000', 108, 'latin1');
  block.write('0000000', 116, 'latin1');
  block.write('00000000000', 136, 'latin1');
  block.write('0', 156, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  return block;
})();

const templateSum = sumOf(template) + 8 * ' '.charCodeAt(0);

export function header(name: string, bytes: number): Buffer {
  const size = bytes.toString(8).padStart(11, '0');
  const block = Buffer.from(template);
  block.write(name, 0, 'latin1');
  block.write(size, SIZE, 'latin1');
  // Only what has been written is added: a million sums over whole blocks would take longer than what is tested.
  const sum = templateSum + sumOf(Buffer.from(name, 'latin1')) + sumOf(Buffer.from(size, 'latin1'));
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM, 'latin1');
  return block;
}

function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return sum;
}
