// What `apt-get update` leaves in an image, per release.

import type { ImageRef } from '../dockerfile/image-ref';
import { isOfficial } from '../dockerfile/image-ref';
import type { Evidence } from '../finding';
import { type DebianRelease, debianReleases } from './build-packages';

/**
 * Bytes in `/var/lib/apt/lists` after an update with the settings of the official images (indexes stay compressed, no
 * translations): main, updates and security of amd64. Measured in November 2026 with apt 2.6.
 * Source: https://deb.debian.org/debian/dists/
 */
const DEBIAN: Readonly<Record<DebianRelease, number>> = {
  bullseye: 18_500_000,
  bookworm: 19_900_000,
  trixie: 21_700_000,
};

/** Likewise for Ubuntu. Source: https://dev.classmethod.jp/articles/apt-get-magic-spell-in-docker/ (December 2022) */
const UBUNTU: Readonly<Record<string, number>> = { '22.04': 39_800_000, jammy: 39_800_000 };

/** An estimate for an image; undefined where its release is not known. */
export function aptListsEvidence(image: ImageRef): Evidence | undefined {
  if (isOfficial(image, 'ubuntu')) {
    const release = /^(\d+\.\d+|[a-z]+)/.exec(image.tag ?? '')?.[0] ?? '';
    const bytes = Object.hasOwn(UBUNTU, release) ? UBUNTU[release] : undefined;
    return bytes === undefined ? undefined : estimate(bytes, 'Ubuntu 22.04');
  }
  const releases = debianReleases(image).map(release => ({ release, bytes: DEBIAN[release] }));
  // Where the tag says nothing of the release: at least so much.
  const [least] = releases.sort((a, b) => a.bytes - b.bytes);
  return least && estimate(least.bytes, `Debian ${least.release}`);
}

function estimate(bytes: number, release: string): Evidence {
  return { bytes, how: 'estimated', source: `the package lists of ${release}` };
}
