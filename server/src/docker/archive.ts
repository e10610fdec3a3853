import { posix } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { type Extract, extract, type Header } from 'tar-stream';
import { formatBytes } from '../core/text/bytes';
import { errorSaid } from './answers';
import type { ImageContents, LayerContents } from './contents';
import { DockerError, errorCode, isAbort } from './errors';
import { type ArchiveEntry, FileTable } from './file-table';
import { LayerScratch } from './layer-scratch';
import { summaryOf } from './layer-summary';
import { type EngineLimits, LIMITS, mostArchiveBytes } from './limits';
import { describeArchive } from './manifest';
import { Overlay } from './overlay';
import { PathTree, tooMuch } from './path-tree';
import { partsOf } from './plain-json';
import { installedPackages, isRecord } from './python-packages';
import { wasteOf } from './waste';

/** What is known of an image before its archive is read. */
export interface StatedImage {
  /** How many entries of its history, oldest first, are the base image's. */
  readonly baseEntries: number;
  /** As the engine weighs it: nothing that is much larger is read. */
  readonly bytes: number;
}

/**
 * Reads an image's archive (`docker save`, `podman save`, an OCI layout) from front to end and says what each
 * layer holds. Of the files only paths and sizes are kept, and what
 * Python distributions say of themselves.
 *
 * @throws DockerError `unreadable` where it is no archive of an image, holds more than `limits` allow, or a layer's
 * compression is not known
 */
export async function readArchive(
  archive: Readable,
  stated: StatedImage = { baseEntries: 0, bytes: 0 },
  limits: EngineLimits = LIMITS,
): Promise<ImageContents> {
  const parts = new ArchiveParts(limits, mostArchiveBytes(stated.bytes, limits));
  const tar = extract();
  const end = new StreamEnd();
  try {
    await Promise.all([
      pipeline(archive, end.remembered(), parts.counted(), tar),
      readEntries(tar, (entry, header) => parts.read(entry, header)),
    ]);
    return parts.contents(stated.baseEntries);
  } catch (error) {
    const cause = isDamage(error) ? damage(error) : error;
    const said = cause instanceof DockerError && cause.failure === 'unreadable' ? end.engineSaid() : '';
    if (said === '') throw cause;
    throw new DockerError('unreadable', `The engine could not save the whole image: ${said}.`, { cause });
  }
}

/** An engine that fails in the middle of an archive has no other place to say so than its end. */
class StreamEnd {
  private last: Buffer = Buffer.alloc(0);

  remembered(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _, done) => {
        const all = chunk.length < SENTENCE ? Buffer.concat([this.last, chunk]) : chunk;
        this.last = all.subarray(-SENTENCE);
        done(null, chunk);
      },
    });
  }

  /** The engine's reason, without a full stop; empty where it gave none. */
  engineSaid(): string {
    const start = this.last.lastIndexOf('{"errorDetail":');
    return start === -1 ? '' : errorSaid(this.last.subarray(start)).replace(/\.$/, '');
  }
}

/** An error that an engine writes behind an archive is no longer. In bytes. */
const SENTENCE = 8_192;

function damage(cause: unknown): DockerError {
  const code = errorCode(cause);
  const isCut = code === 'Z_BUF_ERROR' || (cause instanceof Error && /end of data/i.test(cause.message));
  const what = isCut ? 'incomplete: it ends in the middle' : 'damaged';
  return new DockerError('unreadable', `The archive of the image is ${what}.`, { cause });
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

/** A layer that has been read. */
interface ReadLayer {
  readonly table: FileTable;
  readonly contents: LayerContents;
}

class ArchiveParts {
  private readonly layers = new Map<string, ReadLayer | DockerError>();
  private readonly links = new Map<string, string>();
  private readonly descriptions = new Map<string, string>();
  private readonly tree: PathTree;
  private readonly scratch = new LayerScratch();
  private readonly unpacked = { bytes: 0 };
  private entries = 0;
  private layerEntries = 0;
  private descriptionBytes = 0;
  private recordBytes = 0;

  /** @param mostBytes of the archive, and of all its layers once they are unpacked */
  constructor(
    private readonly limits: EngineLimits,
    private readonly mostBytes: number,
  ) {
    this.tree = new PathTree(limits);
  }

  /** Lets bytes through as long as there are, with those of the other streams, not more than are read. */
  counted(count: { bytes: number } = { bytes: 0 }): Transform {
    const most = this.mostBytes;
    return new Transform({
      transform(chunk: Buffer, _, done) {
        count.bytes += chunk.length;
        if (count.bytes <= most) done(null, chunk);
        else done(tooMuch(`an archive of more than ${formatBytes(most)}, which is more than Plimsoll reads`));
      },
    });
  }

  async read(entry: Entry, header: Header): Promise<void> {
    if (++this.entries > this.limits.archiveEntries)
      throw tooMuch('an archive of more parts than Plimsoll reads');
    const path = header.name.replace(/^\.\//, '');
    if (path.length > this.limits.path) throw tooMuch('an archive with longer names than Plimsoll reads');
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
        this.layers.set(path, await this.readLayer(body, undefined));
        break;
      case 'gzip':
        this.layers.set(path, await this.readLayer(body, zlib.createGunzip()));
        break;
      case 'zstd':
        this.layers.set(path, await this.readZstd(body));
        break;
      case 'text':
        await this.readDescription(path, body, header.size);
    }
  }

  contents(baseEntries: number): ImageContents {
    const { layers: paths, layerOfEntry } = describeArchive(this.descriptions, this.limits);
    const layers = paths.map(path => this.layer(path));
    const tables = layers.map(({ table }) => table);
    // A layer may be named more than once, and each time its files count again.
    const copies = tables.reduce((sum, table) => sum + table.length, 0);
    if (copies > this.limits.layerEntries) throw tooMuch('more files and folders than Plimsoll reads');
    const baseLayers = layerOfEntry.slice(0, baseEntries).filter(layer => layer !== null).length;
    const overlay = new Overlay(this.tree, tables);
    const records = new Map(tables.flatMap(table => [...table.records]));
    return {
      layers: layers.map(({ contents }) => contents),
      waste: wasteOf(overlay, this.tree, baseLayers),
      layerOfEntry,
      packages: installedPackages(overlay, records),
    };
  }

  /** The engine writes a layer that it has written before as a link to the first one. */
  private layer(path: string): ReadLayer {
    const found = this.layers.get(path) ?? this.layers.get(this.links.get(path) ?? '');
    if (found && !(found instanceof DockerError)) return found;
    throw (
      found ??
      new DockerError(
        'unreadable',
        `The archive of the image is incomplete: it names the layer ${path.slice(0, 200)} but does not hold it.`,
      )
    );
  }

  private async readLayer(
    body: AsyncIterable<Buffer>,
    unpack: NodeJS.ReadWriteStream | undefined,
  ): Promise<ReadLayer> {
    const table = new FileTable(this.tree, this.scratch, this.limits.layerEntries - this.layerEntries);
    const tar = extract();
    const source = Readable.from(body, { objectMode: false });
    const fed = unpack ? pipeline(source, unpack, this.counted(this.unpacked), tar) : pipeline(source, tar);
    await Promise.all([fed, readEntries(tar, (entry, header) => this.readFile(table, entry, header))]);
    this.layerEntries += table.length + table.deleted.size + table.emptied.size;
    table.finish();
    return { table, contents: summaryOf(table, this.tree, this.scratch) };
  }

  private async readFile(table: FileTable, entry: Entry, header: Header): Promise<void> {
    const file = archiveEntry(header);
    if (file.path.length > this.limits.path) throw tooMuch('a path longer than Linux can open');
    table.add(file);
    if (file.kind !== 'file' || file.bytes > this.limits.recordBytes || !isRecord(file.path)) return;
    this.recordBytes += file.bytes;
    if (this.recordBytes <= this.limits.recordsBytes)
      table.addRecord(file.path, (await bytesOf(entry as AsyncIterable<Buffer>)).toString('utf8'));
  }

  private async readZstd(body: AsyncIterable<Buffer>): Promise<ReadLayer | DockerError> {
    const unpack = zstdDecompress();
    if (unpack) return this.readLayer(body, unpack);
    for await (const _ of body);
    return new DockerError(
      'unreadable',
      `Its layers are compressed with zstd, which Node ${process.versions.node} cannot unpack; Node 22.15 and later can.`,
    );
  }

  /** What is larger is a layer that looks like text, or nothing that an image has. */
  private async readDescription(path: string, body: AsyncIterable<Buffer>, size: number): Promise<void> {
    const { descriptionBytes, descriptionsBytes } = this.limits;
    if (size > descriptionBytes || this.descriptionBytes + size > descriptionsBytes) {
      for await (const _ of body);
      return;
    }
    this.descriptionBytes += size;
    const text = await bytesOf(body);
    if (partsOf(text) <= this.limits.answerParts) this.descriptions.set(path, text.toString('utf8'));
  }
}

function archiveEntry({ name, type, size, linkname }: Header): ArchiveEntry {
  switch (type) {
    case 'directory':
      return { path: name, kind: 'folder', bytes: 0 };
    case 'file':
    case 'contiguous-file':
      return { path: name, kind: 'file', bytes: size };
    case 'link':
      return { path: name, kind: 'link', bytes: 0, target: linkname ?? '' };
    default:
      return { path: name, kind: 'other', bytes: 0 };
  }
}

function linkTarget(path: string, { linkname, type }: Header): string {
  const target = linkname ?? '';
  return type === 'link' ? target : posix.join(posix.dirname(path), target);
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

function zstdDecompress(): NodeJS.ReadWriteStream | undefined {
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => NodeJS.ReadWriteStream };
  return createZstdDecompress?.();
}

async function bytesOf(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of body) parts.push(chunk);
  return Buffer.concat(parts);
}
