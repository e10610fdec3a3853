import { formatImageRef, type ImageRef, parseImageRef, repositoryName } from './dockerfile/image-ref';
import type { EngineFacts } from './facts/engine';
import { imageSize } from './knowledge/image-sizes';
import type { Evidence } from './rule';

/**
 * What an image weighs less than the one that it takes the place of: measured where the engine holds both, else as
 * public records have it. Undefined where nobody knows, or where it weighs no less.
 */
export function imageGain(before: ImageRef, after: ImageRef, engine: EngineFacts): Evidence | undefined {
  const [was, is] = [bytesHere(before, engine), bytesHere(after, engine)];
  if (was !== undefined && is !== undefined) {
    const source = `${formatImageRef(before)} and ${formatImageRef(after)} in the local engine`;
    return was > is ? { bytes: was - is, how: 'measured', source } : undefined;
  }
  const [recorded, next] = [imageSize(before), imageSize(after)];
  if (!recorded || !next || recorded.bytes <= next.bytes) return undefined;
  return { bytes: recorded.bytes - next.bytes, how: 'estimated', source: recorded.source };
}

function bytesHere(ref: ImageRef, { images }: EngineFacts): number | undefined {
  const wanted = plainName(ref);
  return images.find(({ tags }) => tags.some(tag => plainName(parseImageRef(tag)) === wanted))?.bytes;
}

function plainName(ref: ImageRef): string {
  return `${repositoryName(ref)}:${ref.tag ?? 'latest'}`;
}
