import { formatImageRef, type ImageRef, parseImageRef, shortName } from '../../dockerfile/image-ref';
import type { Stage } from '../../dockerfile/model';
import type { Evidence } from '../../finding';
import { imageSize } from '../../knowledge/image-sizes';
import type { EngineFacts } from '../../project/engine';

/**
 * What an image weighs less than the one that it takes the place of: measured where the engine holds both, else as
 * public records have it. Undefined where nobody knows, or where it weighs no less.
 */
export function imageGain(before: ImageRef, after: ImageRef, engine: EngineFacts): Evidence | undefined {
  const [was, is] = [bytesInEngine(before, engine), bytesInEngine(after, engine)];
  if (was !== undefined && is !== undefined) {
    const source = `${formatImageRef(before)} and ${formatImageRef(after)} in the local engine`;
    return was > is ? { bytes: was - is, how: 'measured', source } : undefined;
  }
  const [recorded, next] = [imageSize(before), imageSize(after)];
  if (!recorded || !next || recorded.bytes <= next.bytes) return undefined;
  return { bytes: recorded.bytes - next.bytes, how: 'estimated', source: recorded.source };
}

/** The same for a stage that another image takes the place of, as the part of an offer that says so. */
export function gainOver({ base }: Stage, image: string, engine: EngineFacts): { readonly gain?: Evidence } {
  const gain = base.kind === 'image' ? imageGain(base.ref, parseImageRef(image), engine) : undefined;
  return gain ? { gain } : {};
}

/** What an image of the engine weighs, in bytes, by whatever form of its name; undefined where the engine has none. */
export function bytesInEngine(ref: ImageRef, { images }: EngineFacts): number | undefined {
  const wanted = plainName(ref);
  return images.find(({ tags }) => tags.some(tag => plainName(parseImageRef(tag)) === wanted))?.bytes;
}

function plainName(ref: ImageRef): string {
  return `${shortName(ref)}:${ref.tag ?? 'latest'}`;
}
