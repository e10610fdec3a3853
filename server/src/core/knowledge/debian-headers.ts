import data from './debian-headers.json';
import type { DebianRelease } from './debian-releases';
import { entryOf } from './table';

/** What a Debian package of headers leaves in an image, and what a program built with it needs when it runs. */
export interface HeaderPackage {
  /** Bytes that it adds to a `python:3-slim` image over those of the runtime libraries (bookworm, amd64). */
  readonly bytes: number;
  /** The runtime libraries, separated by a space; one string where every release calls them the same. */
  readonly libraries: string | Readonly<Partial<Record<DebianRelease, string>>>;
}

export function debianHeaders(devPackage: string): HeaderPackage | undefined {
  return entryOf<HeaderPackage>(data.packages, devPackage);
}

/**
 * The packages with the libraries that a program built against a `-dev` package of Debian needs when it runs.
 *
 * @param releases what the image may be of, as `debianReleases` tells
 * @returns undefined where the package is not known, or the releases differ
 */
export function runtimeLibraries(
  devPackage: string,
  releases: readonly DebianRelease[],
): readonly string[] | undefined {
  const known = debianHeaders(devPackage);
  if (!known || releases.length === 0) return undefined;
  const { libraries } = known;
  const perRelease = releases.map(release =>
    typeof libraries === 'string' ? libraries : libraries[release],
  );
  const [first] = perRelease;
  // On 64-bit machines trixie's `libssl3t64` also answers to `libssl3`, the name that earlier releases use.
  const same = perRelease.every(it => it?.replaceAll('t64', '') === first?.replaceAll('t64', ''));
  return same ? first?.split(' ') : undefined;
}
