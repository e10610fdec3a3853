import { formatImageRef, type ImageRef, parseImageRef, shortName } from '../../dockerfile/image-ref';
import type { Stage } from '../../dockerfile/model';
import type { Evidence } from '../../finding';
import { imageSize } from '../../knowledge/image-sizes';
import type { EngineFacts, ImageFacts } from '../../project/engine';
import { WHAT_ENGINES_COUNT } from './evidence';

/**
 * What an image weighs less than the one that it takes the place of: measured where the engine holds both, else as
 * public records have it. Undefined if it is not known, or where it weighs no less.
 */
export function imageGain(before: ImageRef, after: ImageRef, engine: EngineFacts): Evidence | undefined {
  const [was, is] = [imageInEngine(before, engine), imageInEngine(after, engine)];
  if (was && is) {
    const source = `${formatImageRef(before)} and ${formatImageRef(after)} in the local engine`;
    return was.bytes > is.bytes ? bothInEngine(was, is, was.bytes - is.bytes, source) : undefined;
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

/** The image of the engine that goes by a name, in whatever form; undefined where the engine has none. */
export function imageInEngine(ref: ImageRef, { images }: EngineFacts): ImageFacts | undefined {
  const wanted = plainName(ref);
  return images.find(({ tags }) => tags.some(tag => plainName(parseImageRef(tag)) === wanted));
}

/** What two images of the engine tell together. @param bytes the figure that both were taken for */
export function bothInEngine(one: ImageFacts, other: ImageFacts, bytes: number, source: string): Evidence {
  const isEstimate = one.sizes === 'estimated' || other.sizes === 'estimated';
  return isEstimate
    ? { bytes, how: 'estimated', source: `${source}, by ${WHAT_ENGINES_COUNT}` }
    : { bytes, how: 'measured', source };
}

function plainName(ref: ImageRef): string {
  return `${shortName(ref)}:${ref.tag ?? 'latest'}`;
}
