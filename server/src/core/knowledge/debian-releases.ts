import { type ImageRef, shortName } from '../dockerfile/image-ref';
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
  const name = shortName(image);
  const tag = image.tag ?? '';
  const named = RELEASES.find(release => tag.includes(release));
  if (named) return [named];
  if (!data.images.includes(name) || OTHER_SYSTEMS.test(tag)) return [];
  const floating = data.floating as readonly DebianRelease[];
  const versions = entryOf<Readonly<Record<string, ByPatch>>>(data.byVersion, name);
  if (versions)
    return ofVersion(versions, tag) ?? (/^\d+\.\d|rc|alpha|beta|preview/.test(tag) ? [] : floating);
  if (name !== 'debian') return /^(2\.|3\.[0-6]([.-]|$))/.test(tag) && name === 'python' ? [] : floating;
  const version = entryOf(data.versions, /^\d+/.exec(tag)?.[0] ?? '');
  if (version !== undefined) return [version as DebianRelease];
  return /^($|latest|stable)/.test(tag) ? floating : [];
}

/** By the first patch release whose image was of it; the last one is in force for the tag without a patch release. */
type ByPatch = Readonly<Record<string, string>>;

function ofVersion(
  versions: Readonly<Record<string, ByPatch>>,
  tag: string,
): readonly DebianRelease[] | undefined {
  const [, minor = '', patch] = /^(\d+\.\d+)(?:\.(\d+))?(?![\w.])/.exec(tag) ?? [];
  const rows = entryOf(versions, minor);
  if (!rows) return undefined;
  const known = Object.entries(rows).filter(
    ([first]) => patch === undefined || Number(first) <= Number(patch),
  );
  const last = known.at(-1)?.[1];
  // A tag that still moves may stand for an image that was pulled before it moved.
  const mayBe = patch === undefined && last === data.floating.at(-1) ? known.map(it => it[1]) : [last];
  const floating: readonly (string | undefined)[] = data.floating;
  const wanted = patch === undefined && mayBe.length > 1 ? mayBe.filter(it => floating.includes(it)) : mayBe;
  return RELEASES.filter(it => wanted.includes(it));
}

/** The release that an image is of when it is pulled today, where its tag names none but there is one that does. */
export function releaseToPin({ tag = 'latest', digest, ...image }: ImageRef): DebianRelease | undefined {
  const [...releases] = debianReleases({ ...image, tag, digest: undefined });
  const name = shortName({ ...image, tag, digest });
  if (digest || !Object.hasOwn(data.byVersion, name) || RELEASES.some(it => tag.includes(it)))
    return undefined;
  return releases.at(-1);
}
