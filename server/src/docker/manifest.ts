import { DockerError } from './errors';

/** Small text files of an image's archive by path. */
export type JsonFiles = Map<string, string>;

export interface ArchiveDescription {
  /** Paths of the layers in the archive, oldest first. */
  readonly layers: readonly string[];
  /** As in `ImageContents`. */
  readonly layerOfEntry: readonly (number | null)[];
}

interface Descriptor {
  readonly digest?: string;
  readonly platform?: { readonly architecture?: string; readonly os?: string };
}

interface Config {
  readonly history?: readonly { readonly empty_layer?: boolean }[];
}

/** Finds the layers by Docker's `manifest.json`, else by the index of an OCI layout. */
export function describeArchive(files: JsonFiles): ArchiveDescription {
  return dockerArchive(files) ?? ociLayout(files) ?? notAnImage();
}

function notAnImage(): never {
  throw new DockerError(
    'unreadable',
    'The archive holds neither a manifest.json nor an index.json, so it is no image.',
  );
}

function dockerArchive(files: JsonFiles): ArchiveDescription | undefined {
  const manifests = read<readonly { readonly Config?: string; readonly Layers?: readonly string[] }[]>(
    files,
    'manifest.json',
  );
  const manifest = Array.isArray(manifests) ? manifests[0] : undefined;
  if (!manifest?.Layers) return undefined;
  return described(manifest.Layers, read<Config>(files, manifest.Config ?? ''));
}

function ociLayout(files: JsonFiles): ArchiveDescription | undefined {
  const index = read<{ readonly manifests?: readonly Descriptor[] }>(files, 'index.json');
  return firstImage(files, index?.manifests ?? [], 4);
}

interface OciManifest {
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
}

/** An index may name indexes, platforms whose blobs are not in the archive, and attestations. */
function firstImage(
  files: JsonFiles,
  descriptors: readonly Descriptor[],
  depth: number,
): ArchiveDescription | undefined {
  if (depth === 0) return undefined;
  for (const { digest, platform } of descriptors) {
    const manifest = read<OciManifest>(files, blobPath(digest));
    if (!manifest || platform?.os === 'unknown') continue;
    if (manifest.layers) {
      const config = read<Config>(files, blobPath(manifest.config?.digest));
      return described(
        manifest.layers.map(layer => blobPath(layer.digest)),
        config,
      );
    }
    const inner = firstImage(files, manifest.manifests ?? [], depth - 1);
    if (inner) return inner;
  }
  return undefined;
}

function blobPath(digest: string | undefined): string {
  return `blobs/${(digest ?? '').replace(':', '/')}`;
}

function described(layers: readonly string[], config: Config | undefined): ArchiveDescription {
  let next = 0;
  const layerOfEntry = (config?.history ?? []).map(entry => (entry.empty_layer ? null : next++));
  return { layers, layerOfEntry: next === layers.length ? layerOfEntry : [] };
}

function read<T>(files: JsonFiles, path: string): T | undefined {
  const text = files.get(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
