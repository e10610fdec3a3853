import { Readable } from 'node:stream';
import { type Pack, pack } from 'tar-stream';

/** Paths with the text of a file; a path that ends with `/` is a folder. */
export type Tree = Readonly<Record<string, string>>;

/** A tar archive as the engine writes the layers of an image. */
export async function tarOf(tree: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(tree)) {
    if (name.endsWith('/')) tar.entry({ name, type: 'directory' });
    else tar.entry({ name }, content);
  }
  tar.finalize();
  return collected(tar);
}

/** A tar archive with a symbolic link beside its files, as the engine writes a layer for the second time. */
export async function tarWithLink(
  tree: Readonly<Record<string, string | Buffer>>,
  link: string,
  target: string,
): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(tree)) tar.entry({ name }, content);
  tar.entry({ name: link, type: 'symlink', linkname: target });
  tar.finalize();
  return collected(tar);
}

/** An entry of a layer: the text of a file, or where a link leads. */
export type LayerEntry =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly type: 'link' | 'symlink'; readonly linkname: string };

/** A layer with its entries in their order. */
export async function layerOf(entries: readonly LayerEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const entry of entries) {
    if ('text' in entry) tar.entry({ name: entry.name }, entry.text);
    else tar.entry(entry);
  }
  tar.finalize();
  return collected(tar);
}

/** What `docker save` writes of layers that are archives already. */
export function archiveOfLayers(layers: readonly Buffer[], history?: unknown): Promise<Buffer> {
  return tarOf({
    ...Object.fromEntries(layers.map((layer, index) => [`${index}/layer.tar`, layer])),
    'config.json': JSON.stringify({ history }),
    'manifest.json': JSON.stringify([
      { Config: 'config.json', Layers: layers.map((_, index) => `${index}/layer.tar`) },
    ]),
  });
}

/** What `docker save` writes: the layers first, manifest.json last. */
export async function dockerArchive(layers: readonly Tree[]): Promise<Buffer> {
  const files: Record<string, string | Buffer> = {};
  for (const [index, layer] of layers.entries()) files[`${index}/layer.tar`] = await tarOf(layer);
  files['config.json'] = JSON.stringify({ history: layers.map(() => ({})) });
  files['manifest.json'] = JSON.stringify([
    { Config: 'config.json', Layers: layers.map((_, index) => `${index}/layer.tar`) },
  ]);
  return tarOf(files);
}

/** An OCI layout as a tar archive; `compress` makes the blob of a layer. */
export async function ociArchive(
  layers: readonly Tree[],
  compress: (layer: Buffer) => Buffer,
): Promise<Buffer> {
  const blobs: Record<string, string | Buffer> = {};
  for (const [index, layer] of layers.entries()) {
    blobs[`blobs/sha256/layer${index}`] = compress(await tarOf(layer));
  }
  return tarOf({
    'oci-layout': '{"imageLayoutVersion":"1.0.0"}',
    'index.json': JSON.stringify({
      manifests: [
        { digest: 'sha256:missing', platform: { os: 'linux', architecture: 'arm64' } },
        { digest: 'sha256:attestation', platform: { os: 'unknown', architecture: 'unknown' } },
        { digest: 'sha256:inner' },
      ],
    }),
    'blobs/sha256/attestation': JSON.stringify({ layers: [] }),
    'blobs/sha256/inner': JSON.stringify({ manifests: [{ digest: 'sha256:manifest' }] }),
    'blobs/sha256/manifest': JSON.stringify({
      config: { digest: 'sha256:config' },
      layers: layers.map((_, index) => ({ digest: `sha256:layer${index}` })),
    }),
    'blobs/sha256/config': JSON.stringify({
      history: [{ empty_layer: true }, ...layers.map(() => ({})), { empty_layer: true }],
    }),
    ...blobs,
  });
}

/** The bytes in pieces of a size that no header or file ends with. */
export function inPieces(bytes: Buffer, size = 1000): Readable {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return Readable.from(pieces, { objectMode: false });
}

async function collected(tar: Pack): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of tar) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
