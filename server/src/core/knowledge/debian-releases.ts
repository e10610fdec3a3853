import type { ImageRef } from '../dockerfile/image-ref';
import data from './debian-releases.json';
import { entryOf } from './table';

export type DebianRelease = 'bullseye' | 'bookworm' | 'trixie';

const RELEASES: readonly DebianRelease[] = ['bullseye', 'bookworm', 'trixie'];
const OTHER_SYSTEMS =
  /alpine|ubuntu|jammy|noble|focal|windows|nanoserver|buster|stretch|jessie|sid|testing|forky/;

/**
 * The Debian releases that an image may be of: one where its tag says so, two where the tag moves with time, none
 * where it is another system or nobody can tell.
 */
export function debianReleases(image: ImageRef): readonly DebianRelease[] {
  const name = image.name.replace(/^(docker\.io\/|index\.docker\.io\/)?(library\/)?/, '');
  const tag = image.tag ?? '';
  const named = RELEASES.find(release => tag.includes(release));
  if (named) return [named];
  if (!data.images.includes(name) || OTHER_SYSTEMS.test(tag)) return [];
  const floating = data.floating as readonly DebianRelease[];
  if (name !== 'debian') return /^(2\.|3\.[0-6]([.-]|$))/.test(tag) && name === 'python' ? [] : floating;
  const version = entryOf(data.versions, /^\d+/.exec(tag)?.[0] ?? '');
  if (version !== undefined) return [version as DebianRelease];
  return /^($|latest|stable)/.test(tag) ? floating : [];
}
