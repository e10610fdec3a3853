import { slimVariantOf } from '../analysis/base-images/slim-variant';
import { declineAt, type Outcome, type PlainReasonCode } from '../decline';
import { formatImageRef } from '../dockerfile/image-ref';
import type { BuildBase } from './ecosystem';

/** The image of the final stage, where the language needs the same one to run. */
export interface SlimVariant {
  readonly image: string;
  /** True where the image is slim, or pinned: it stays the one that it is. */
  readonly isSlim: boolean;
}

/** The slim variant of an image on Debian. */
export function slimVariant(
  { file, stage: { from }, ref, written }: BuildBase,
  onAlpine: PlainReasonCode,
): Outcome<SlimVariant> {
  const { tag = 'latest', digest } = ref;
  if (digest || /slim/.test(tag)) return { image: written, isSlim: true };
  if (/alpine/.test(tag)) return declineAt(file, from, onAlpine);
  const slim = slimVariantOf(ref);
  return slim ? { image: formatImageRef(slim), isSlim: false } : declineAt(file, from, 'no-slim-variant');
}
