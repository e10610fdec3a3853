// What official images weigh.

import { type ImageRef, repositoryName, shortName } from '../dockerfile/image-ref';

/** Bytes on disk, all layers unpacked; a download is about a third of it. */
export interface TwinSizes {
  readonly full: number;
  readonly slim: number;
  /** Where this is written down. */
  readonly source: string;
}

/** Tags of images that are not the usual Debian or Ubuntu. */
const SMALL = /alpine|windows|nanoserver|distroless|alpaquita|ubi/;
const NOT_SMALL = /^(?!.*(slim|alpine|windows|nanoserver))/;
const JDK = /^(?!.*(alpine|windows|nanoserver|ubi|jre))/;
const JRE = /^(?!.*(alpine|windows|nanoserver|ubi)).*jre/;
const JDK_OF_MAVEN = /^(?!.*(alpine|windows|nanoserver|ubi|slim)).*eclipse-temurin/;

const DISTROLESS = 'https://github.com/GoogleContainerTools/distroless#how-do-i-use-distroless-images';
const REPO_INFO = 'https://github.com/docker-library/repo-info/tree/master/repos';

const TEMURIN = `${REPO_INFO}/eclipse-temurin/local`;

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

/** Bytes on disk, all layers unpacked, and where that is written down. */
export interface RecordedSize {
  readonly bytes: number;
  readonly source: string;
}

/**
 * The same record for images without a slim twin, July to September 2026: `golang:1.27-bookworm`, `rust:1-bookworm`,
 * `eclipse-temurin:17` (Ubuntu), `maven:3.9-eclipse-temurin-17`, `nginx:stable-alpine`, `debian:bookworm-slim`. The size
 * of the static image of distroless is its project's own word.
 */
const OTHERS: readonly { readonly name: string; readonly tag: RegExp; readonly size: RecordedSize }[] = [
  { name: 'golang', tag: NOT_SMALL, size: { bytes: 844_930_000, source: `${REPO_INFO}/golang/local` } },
  { name: 'rust', tag: NOT_SMALL, size: { bytes: 1_570_000_000, source: `${REPO_INFO}/rust/local` } },
  { name: 'eclipse-temurin', tag: JDK, size: { bytes: 448_020_000, source: TEMURIN } },
  { name: 'eclipse-temurin', tag: JRE, size: { bytes: 294_400_000, source: TEMURIN } },
  { name: 'maven', tag: JDK_OF_MAVEN, size: { bytes: 512_140_000, source: `${REPO_INFO}/maven/local` } },
  { name: 'nginx', tag: /alpine/, size: { bytes: 62_320_000, source: `${REPO_INFO}/nginx/local` } },
  { name: 'debian', tag: /slim/, size: { bytes: 74_830_000, source: `${REPO_INFO}/debian/local` } },
  { name: 'gcr.io/distroless/static-debian12', tag: /./, size: { bytes: 2_000_000, source: DISTROLESS } },
];

/** What an image weighs; undefined where nothing is written down here. */
export function imageSize(ref: ImageRef): RecordedSize | undefined {
  const name = shortName(ref);
  const tag = ref.tag ?? 'latest';
  const twins = SMALL.test(tag) || name.includes('/') ? undefined : twinSizes(ref);
  if (twins) return { bytes: /slim/.test(tag) ? twins.slim : twins.full, source: twins.source };
  return OTHERS.find(it => it.name === name && it.tag.test(tag))?.size;
}
