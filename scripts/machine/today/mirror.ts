import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

// A registry that only answers what pulling asks: enough to be an engine's mirror of Docker Hub, so that a FROM line
// stays as people write it. Its folder has `index.json` and, as in an OCI layout, `blobs/sha256/…`.

/** What one or more names stand for: an archive of its root file system, and what its configuration says. */
export interface MirroredImage {
  /** As in `python:3.11-slim`. */
  readonly names: readonly string[];
  /** Absolute path of a tar file. */
  readonly root: string;
  readonly env: readonly string[];
  readonly cmd: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Which manifest has a name, by `library/python:3.11-slim`. */
type Index = Readonly<Record<string, string>>;

interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const CREATED = '2026-01-01T00:00:00Z';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Fills the folder with the images, unless that is done: what is not complete is never taken for it. */
export async function makeMirror(folder: string, images: readonly MirroredImage[]): Promise<void> {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(join(unfinished, 'blobs/sha256'), { recursive: true });
  try {
    const index: Record<string, string> = {};
    for (const image of images) {
      const { digest } = await writeImage(unfinished, image);
      for (const name of image.names) index[repositoryName(name)] = digest;
    }
    await writeFile(join(unfinished, 'index.json'), JSON.stringify(index));
    if (!existsSync(folder)) await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function repositoryName(name: string): string {
  return name.includes('/') ? name : `library/${name}`;
}

/** Two platforms share the layer: what an engine lists of an image must not count the other one. */
async function writeImage(folder: string, image: MirroredImage): Promise<Blob> {
  const layer = await writeLayer(folder, image.root);
  const manifests = [];
  for (const architecture of architectures()) {
    const config = await writeJson(folder, CONFIG, {
      architecture,
      os: 'linux',
      // Podman 4 answers no question about an image without a date.
      created: CREATED,
      config: { Env: image.env, Cmd: image.cmd, Labels: image.labels },
      rootfs: { type: 'layers', diff_ids: [layer.unpacked] },
      history: [{ created: CREATED, created_by: 'ADD rootfs.tar / # stand-in' }],
    });
    const manifest = await writeJson(folder, MANIFEST, {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config,
      layers: [layer.blob],
    });
    manifests.push({ ...manifest, platform: { architecture, os: 'linux' } });
  }
  return writeJson(folder, INDEX, { schemaVersion: 2, mediaType: INDEX, manifests });
}

function architectures(): readonly string[] {
  return process.arch === 'arm64' ? ['arm64', 'amd64'] : ['amd64', 'arm64'];
}

async function writeJson(folder: string, mediaType: string, value: object): Promise<Blob> {
  const text = JSON.stringify(value);
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  await writeFile(blobPath(folder, digest), text);
  return { mediaType, digest, size: Buffer.byteLength(text) };
}

/** Packed, as registries have their layers, so that packed and unpacked bytes are not the same. */
async function writeLayer(folder: string, root: string): Promise<{ blob: Blob; unpacked: string }> {
  const [unpacked, packed] = [createHash('sha256'), createHash('sha256')];
  const file = join(folder, 'blobs/layer');
  const gzip = createGzip({ level: 1 });
  const archive = createReadStream(root).on('data', chunk => unpacked.update(chunk));
  gzip.on('data', chunk => packed.update(chunk));
  await pipeline(archive, gzip, createWriteStream(file));
  const digest = `sha256:${packed.digest('hex')}`;
  await rename(file, blobPath(folder, digest));
  const { size } = await stat(blobPath(folder, digest));
  return { blob: { mediaType: LAYER, digest, size }, unpacked: `sha256:${unpacked.digest('hex')}` };
}

function blobPath(folder: string, digest: string): string {
  return join(folder, 'blobs', digest.replace(':', '/'));
}

export interface Mirror {
  /** As in `127.0.0.1:41537`. */
  readonly address: string;
}

/** Serves the folder to this machine alone; resolves when it listens. */
export async function serveMirror(folder: string): Promise<Mirror> {
  const index: Index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
  const server = createServer((request, response) => {
    answer(folder, index, request, response).catch(error => response.destroy(error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // It lasts as long as whoever needs it, and keeps nobody from ending.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}` };
}

const ASKED = /^\/v2\/(?<repository>[a-z0-9/_.-]+)\/(?<kind>manifests|blobs)\/(?<reference>[\w.:-]+)$/;

async function answer(
  folder: string,
  index: Index,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://mirror');
  if (pathname === '/v2/') return void response.end('{}');
  const { repository, kind, reference = '' } = ASKED.exec(pathname)?.groups ?? {};
  const digest = reference.startsWith('sha256:') ? reference : index[`${repository}:${reference}`];
  if (digest === undefined || !existsSync(blobPath(folder, digest))) {
    response.writeHead(404, { 'Content-Type': 'application/json' });
    return void response.end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"not in the mirror"}]}');
  }
  const path = blobPath(folder, digest);
  response.writeHead(200, {
    'Content-Type': kind === 'manifests' ? mediaTypeOf(path) : 'application/octet-stream',
    'Content-Length': (await stat(path)).size,
    'Docker-Content-Digest': digest,
  });
  if (request.method === 'HEAD') return void response.end();
  await pipeline(createReadStream(path), response);
}

function mediaTypeOf(path: string): string {
  return JSON.parse(readFileSync(path, 'utf8')).mediaType;
}
