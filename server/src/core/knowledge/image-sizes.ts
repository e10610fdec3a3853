// What official images weigh in their full and their slim form.

import { type ImageRef, repositoryName } from '../dockerfile/image-ref';

/** Bytes on disk, all layers unpacked; a download is about a third of it. */
export interface TwinSizes {
  readonly full: number;
  readonly slim: number;
  /** Where this is written down. */
  readonly source: string;
}

const REPO_INFO = 'https://github.com/docker-library/repo-info/tree/master/repos';

/**
 * "Virtual Size" of linux/amd64 as Docker's own record of its official images gives it, images of July and August 2026:
 * `python:3.12` and `3.11-slim` (trixie), `node:22` (bookworm), `ruby:3.3` (trixie). Other versions of the same image
 * differ by some tens of megabytes.
 */
const SIZES: Readonly<Record<string, TwinSizes>> = {
  python: { full: 1_110_000_000, slim: 124_840_000, source: `${REPO_INFO}/python/local` },
  node: { full: 1_130_000_000, slim: 227_330_000, source: `${REPO_INFO}/node/local` },
  ruby: { full: 1_090_000_000, slim: 148_830_000, source: `${REPO_INFO}/ruby/local` },
};

/** The same for Debian 12, where it differs: `python:3.11-bookworm`. */
const ON_BOOKWORM: Readonly<Record<string, number>> = { python: 1_010_000_000 };

/** Undefined for images of which nothing is written down here. */
export function twinSizes(ref: ImageRef): TwinSizes | undefined {
  const name = repositoryName(ref);
  const sizes = Object.hasOwn(SIZES, name) ? SIZES[name] : undefined;
  const onBookworm = /bookworm/.test(ref.tag ?? '') ? ON_BOOKWORM[name] : undefined;
  return sizes && onBookworm !== undefined ? { ...sizes, full: onBookworm } : sizes;
}
