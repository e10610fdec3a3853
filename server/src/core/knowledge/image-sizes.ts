import { type ImageRef, repositoryName, shortName } from '../dockerfile/image-ref';
import data from './image-sizes.json';
import { entryOf } from './table';

/** Bytes on disk, all layers unpacked; a download is about a third of it. */
export interface VariantSizes {
  readonly full: number;
  readonly slim: number;
  /** Where this is written down. */
  readonly source: string;
}

/** Undefined for images of which nothing is written down. */
export function variantSizes(ref: ImageRef): VariantSizes | undefined {
  const known = entryOf<VariantSizes & { fullOnBookworm?: number }>(data.slim, repositoryName(ref));
  if (!known) return undefined;
  const { fullOnBookworm, slim, source } = known;
  const full = /bookworm/.test(ref.tag ?? '') ? (fullOnBookworm ?? known.full) : known.full;
  return { full, slim, source };
}

/** Bytes on disk, all layers unpacked, and where that is written down. */
export interface RecordedSize {
  readonly bytes: number;
  readonly source: string;
}

/** Tags of images that are not the usual Debian or Ubuntu. */
const SMALL = /alpine|windows|nanoserver|distroless|alpaquita|ubi/;

/** What an image weighs; undefined where nothing is written down. */
export function imageSize(ref: ImageRef): RecordedSize | undefined {
  const name = shortName(ref);
  const tag = ref.tag ?? 'latest';
  const sizes = SMALL.test(tag) || name.includes('/') ? undefined : variantSizes(ref);
  if (sizes) return { bytes: /slim/.test(tag) ? sizes.slim : sizes.full, source: sizes.source };
  const found = (data.others as readonly OtherSize[]).find(
    it =>
      it.name === name &&
      (it.has ?? []).every(part => tag.includes(part)) &&
      !(it.lacks ?? []).some(part => tag.includes(part)),
  );
  return found && { bytes: found.bytes, source: found.source };
}

/** An image without a slim variant: the tags that it is about hold some parts and lack others. */
interface OtherSize extends RecordedSize {
  readonly name: string;
  readonly has?: readonly string[];
  readonly lacks?: readonly string[];
}
