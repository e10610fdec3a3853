import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { type Extract, extract, type Header } from 'tar-stream';
import type { ImageContents } from './contents';
import { DockerError, errorCode, isAbort } from './errors';
import { type ArchiveEntry, FileTable } from './file-table';
import { describeArchive, type JsonFiles } from './manifest';
import { overlayOf, remainingFiles } from './overlay';
import { installedPackages, isRecord } from './python-packages';
import { wasteOf } from './waste';

/**
 * Reads an image's archive (`docker save`, `podman save`, an OCI layout) from front to end and says what each
 * layer holds. Of the files only paths and sizes are kept, and what
 * Python distributions say of themselves.
 *
 * @param baseEntries how many entries of the image's history, oldest first, are the base image's
 * @throws DockerError `unreadable` where it is no archive of an image or a layer's compression is not known
 */
export async function readArchive(archive: Readable, baseEntries = 0): Promise<ImageContents> {
  const parts = new ArchiveParts();
  const tar = extract();
  try {
    await Promise.all([
      pipeline(archive, tar),
      readEntries(tar, (entry, header) => parts.read(entry, header)),
    ]);
  } catch (error) {
    throw isDamage(error)
      ? new DockerError('unreadable', 'The archive of the image is damaged.', { cause: error })
      : error;
  }
  return parts.contents(baseEntries);
}

/** The parsers' own complaints; what the connection reports has a code of the system. */
function isDamage(error: unknown): boolean {
  if (error instanceof DockerError || isAbort(error)) return false;
  return errorCode(error)?.startsWith('Z_') ?? true;
}

type Entry = Extract extends AsyncIterable<infer One> ? One : never;
type ReadEntry = (entry: Entry, header: Header) => Promise<void>;

async function readEntries(tar: Extract, read: ReadEntry): Promise<void> {
  for await (const entry of tar) {
    await read(entry, entry.header);
    // Nothing of an entry may be left, or the next one never comes.
    entry.resume();
  }
}

/** JSON files above this size are layers that look like JSON, or nothing that an image has. In bytes. */
const LARGEST_JSON = 16 * 1024 * 1024;

class ArchiveParts {
  private readonly layers = new Map<string, FileTable | DockerError>();
  private readonly links = new Map<string, string>();
  private readonly json: JsonFiles = new Map();

  async read(entry: Entry, header: Header): Promise<void> {
    const path = header.name.replace(/^\.\//, '');
    if (header.type === 'symlink' || header.type === 'link') {
      this.links.set(path, linkTarget(path, header));
      return;
    }
    if (header.type !== 'file' || !header.size) return;
    const chunks = (entry as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    const head = await readHead(chunks);
    const body = joined(head, chunks);
    switch (formOf(head)) {
      case 'tar':
        this.layers.set(path, await readLayer(body, undefined));
        break;
      case 'gzip':
        this.layers.set(path, await readLayer(body, zlib.createGunzip()));
        break;
      case 'zstd':
        this.layers.set(path, await readZstd(body));
        break;
      case 'text':
        this.json.set(path, await readText(body, header.size));
    }
  }

  contents(baseEntries: number): ImageContents {
    const { layers: paths, layerOfEntry } = describeArchive(this.json);
    const tables = paths.map(path => this.layer(path));
    const baseLayers = layerOfEntry.slice(0, baseEntries).filter(layer => layer !== null).length;
    const overlay = overlayOf(tables);
    const records = new Map(tables.flatMap(table => [...table.records]));
    return {
      layers: tables.map(table => table.summary()),
      waste: wasteOf(overlay, baseLayers),
      layerOfEntry,
      packages: installedPackages(remainingFiles(overlay), records),
    };
  }

  /** The engine writes a layer that it has written before as a link to the first one. */
  private layer(path: string): FileTable {
    const found = this.layers.get(path) ?? this.layers.get(this.links.get(path) ?? '');
    if (found instanceof FileTable) return found;
    throw (
      found ??
      new DockerError('unreadable', `The image's archive names the layer ${path} but does not hold it.`)
    );
  }
}

function linkTarget(path: string, { linkname, type }: Header): string {
  if (type === 'link') return linkname;
  const resolved = new URL(linkname, `file:///${path}`).pathname;
  return decodeURIComponent(resolved.slice(1));
}

/** A tar header is so long, and its magic number is in it. In bytes. */
const HEAD = 512;

async function readHead(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let length = 0; length < HEAD; ) {
    const next = await chunks.next();
    if (next.done) break;
    parts.push(next.value);
    length += next.value.length;
  }
  return Buffer.concat(parts);
}

async function* joined(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

type Form = 'tar' | 'gzip' | 'zstd' | 'text';

function formOf(head: Buffer): Form {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return 'zstd';
  if (head.toString('latin1', 257, 262) === 'ustar') return 'tar';
  return isPadding(head) ? 'tar' : 'text';
}

/** An archive without files is nothing but zeros. */
function isPadding(head: Buffer): boolean {
  return head.length >= HEAD && head.every(byte => byte === 0);
}

async function readLayer(
  body: AsyncIterable<Buffer>,
  unpack: NodeJS.ReadWriteStream | undefined,
): Promise<FileTable> {
  const table = new FileTable();
  const tar = extract();
  const source = Readable.from(body, { objectMode: false });
  const fed = unpack ? pipeline(source, unpack, tar) : pipeline(source, tar);
  await Promise.all([fed, readEntries(tar, (entry, header) => readFileEntry(table, entry, header))]);
  return table;
}

/** Lists of installed files above this size belong to nothing that is known. In bytes. */
const LARGEST_RECORD = 16 * 1024 * 1024;

async function readFileEntry(table: FileTable, entry: Entry, header: Header): Promise<void> {
  const file = archiveEntry(header);
  table.add(file);
  if (file.kind === 'file' && isRecord(file.path) && file.bytes <= LARGEST_RECORD)
    table.addRecord(file.path, await readText(entry as AsyncIterable<Buffer>, file.bytes));
}

function archiveEntry({ name, type, size }: Header): ArchiveEntry {
  if (type === 'directory') return { path: name, kind: 'folder', bytes: 0 };
  // A hard link shares the bytes of the file that it names.
  const isFile = type === 'file' || type === 'contiguous-file';
  return { path: name, kind: isFile ? 'file' : 'other', bytes: isFile ? size : 0 };
}

async function readZstd(body: AsyncIterable<Buffer>): Promise<FileTable | DockerError> {
  const unpack = zstdDecompress();
  if (unpack) return readLayer(body, unpack);
  for await (const _ of body);
  return new DockerError(
    'unreadable',
    `Its layers are compressed with zstd, which Node ${process.versions.node} cannot unpack; Node 22.15 and later can.`,
  );
}

function zstdDecompress(): NodeJS.ReadWriteStream | undefined {
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => NodeJS.ReadWriteStream };
  return createZstdDecompress?.();
}

async function readText(body: AsyncIterable<Buffer>, size: number): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of body) if (size <= LARGEST_JSON) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
}
