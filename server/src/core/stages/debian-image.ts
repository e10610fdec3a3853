import type { Stage } from '../dockerfile/model';

/**
 * The slim Debian that runs what the image of a toolchain built. A binary of an older Debian runs on a newer one, and
 * those images are never newer than the stable release.
 */
export function debianOf({ base }: Stage): string {
  const tag = base.kind === 'image' ? (base.ref.tag ?? '') : '';
  const release = /bullseye|bookworm|trixie/.exec(tag)?.[0] ?? 'stable';
  return `debian:${release}-slim`;
}
