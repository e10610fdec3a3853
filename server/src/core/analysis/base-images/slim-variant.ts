import type { ImageRef } from '../../dockerfile/image-ref';
import { imageFamily, variantOf } from '../../knowledge/base-images';

const DEBIAN_RELEASE = /^(trixie|bookworm|bullseye|buster|stretch|sid|stable|oldstable|testing|unstable)$/;

/**
 * The slim variant of a full image, as its publisher names it: `python:3.12-slim` for `python:3.12`,
 * `node:22-bookworm-slim` for `node:22-bookworm`.
 *
 * @returns undefined where the image is slim already, has no slim variant, or is not known
 */
export function slimVariantOf(ref: ImageRef): ImageRef | undefined {
  const family = imageFamily(ref);
  if (!family?.slimWord || !family.slim || variantOf(family, ref) !== 'plain') return undefined;
  const tag = ref.tag ?? 'latest';
  const words = tag === 'latest' ? [] : tag.split('-');
  if (words.some(word => /^(ol|oracle)/.test(word))) return undefined;
  const release = words.findIndex(word => DEBIAN_RELEASE.test(word));
  const at = family.slimWord === 'before-release' && release !== -1 ? release : words.length;
  return { ...ref, tag: [...words.slice(0, at), 'slim', ...words.slice(at)].join('-'), digest: undefined };
}
