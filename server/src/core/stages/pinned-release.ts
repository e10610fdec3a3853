import type { ImageRef } from '../dockerfile/image-ref';
import { type DebianRelease, debianReleases, releaseToPin } from '../knowledge/debian-releases';
import { librariesOf } from './header-libraries';

/** What both stages of a split are of. */
export interface StageRelease {
  readonly releases: readonly DebianRelease[];
  /** Set where the tag moves between releases whose libraries have other names, so that both stages name one. */
  readonly pin: DebianRelease | undefined;
}

/** @param headers the `-dev` packages whose libraries the final stage installs */
export function stageRelease(ref: ImageRef, headers: readonly string[]): StageRelease {
  const releases = ref.digest ? debianReleases(ref).filter(it => ref.tag?.includes(it)) : debianReleases(ref);
  const pin = releaseToPin(ref);
  const differs = (of: readonly DebianRelease[]) => headers.some(it => !librariesOf(it, of));
  return releases.length > 1 && pin && differs(releases) && !differs([pin])
    ? { releases: [pin], pin }
    : { releases, pin: undefined };
}

/** The image with the release in its tag: `php:8.3-apache-trixie`. */
export function pinnedTo<Ref extends ImageRef>(ref: Ref, pin: DebianRelease | undefined): Ref {
  if (!pin) return ref;
  const tag = ref.tag === undefined || ref.tag === 'latest' ? pin : `${ref.tag}-${pin}`;
  return { ...ref, tag };
}
