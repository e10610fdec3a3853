import { deepFreeze } from '../core/text/freeze';
import type { ImageSummary } from '../protocol';
import type { EngineImage } from './engine';

/** The images that are known, kept true by what the engine says of single ones. */
export class ImageSet {
  private images = new Map<string, EngineImage>();

  replaceAll(images: readonly EngineImage[]): void {
    this.images = new Map(images.map(image => [image.id, image]));
  }

  /**
   * A name belongs to one image only: another one that had it has lost it, and no event says so.
   *
   * @returns true where another image lost its last name: whether it is still there, only the engine can say
   */
  put(image: EngineImage): boolean {
    const taken = new Set(image.tags);
    let lostLast = false;
    for (const [id, other] of this.images) {
      if (id === image.id) continue;
      const tags = other.tags.filter(tag => !taken.has(tag));
      if (tags.length === other.tags.length) continue;
      this.images.set(id, { ...other, tags });
      lostLast ||= tags.length === 0;
    }
    this.images.set(image.id, image);
    return lostLast;
  }

  remove(id: string): void {
    this.images.delete(id);
  }

  all(): readonly EngineImage[] {
    return [...this.images.values()];
  }
}

/** What the panel shows of the images: newest first. */
export function summaries(
  images: readonly EngineImage[],
  dockerfileOf: (image: EngineImage) => string | undefined,
): readonly ImageSummary[] {
  const rows = images.map(image => summary(image, dockerfileOf(image)));
  rows.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  return deepFreeze(rows);
}

/** @param dockerfile URI of the Dockerfile that builds it */
export function summary(image: EngineImage, dockerfile: string | undefined): ImageSummary {
  const { id, tags, bytes, sizes, createdAt } = image;
  const estimated = sizes === undefined ? {} : { sizes };
  return { id, tags, bytes, ...estimated, createdAt, ...(dockerfile === undefined ? {} : { dockerfile }) };
}
