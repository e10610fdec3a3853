import data from './apt-lists.json';
import type { DebianRelease } from './debian-releases';
import { entryOf } from './table';

/** Bytes of the package lists of a release of Debian. */
export function debianListBytes(release: DebianRelease): number {
  return data.debian[release];
}

/** Bytes of the package lists of Ubuntu; undefined if it was not measured. @param release as a tag names it: `22.04` */
export function ubuntuListBytes(release: string): number | undefined {
  return entryOf(data.ubuntu, release);
}
