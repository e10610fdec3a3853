// What the tree of images shows, from what the server tells. Pure: the clock comes in.
import { visible } from '../../../server/src/core/text/visible';
import type { EngineState, ImageSummary } from '../../../server/src/protocol';
import { age, ageLasts, sizeOf } from './words';

/**
 * One name of an image, or an image without a name. An image with several names has a row for each, as `docker images`
 * lists them: people look for the name that they gave it.
 */
export interface ImageRow {
  readonly kind: 'image';
  /**
   * What an engine would find it by: its name (`repository:tag`), else its id. It names the row too, so that the row
   * stays the same when a new build takes over the name.
   */
  readonly reference: string;
  readonly image: ImageSummary;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** Read aloud instead of label and description. */
  readonly spoken: string;
  /** Whether a Dockerfile of this workspace builds it. */
  readonly ofWorkspace: boolean;
}

/** The images without a name, folded away. */
export interface UntaggedRow {
  readonly kind: 'untagged';
  readonly reference: typeof UNTAGGED;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly spoken: string;
  readonly rows: readonly ImageRow[];
}

export type TreeRow = ImageRow | UntaggedRow;

/** Neither a name nor an id of an image: both have a colon. */
export const UNTAGGED = 'untagged';

/**
 * The rows of the tree: this workspace's images, then the others, the newest first; images without a name last.
 *
 * @param now milliseconds since the epoch
 * @param pathOf how to show a file's URI
 */
export function treeRows(state: EngineState, now: number, pathOf: (uri: string) => string): TreeRow[] {
  if (state.kind !== 'connected') return [];
  const newestFirst = [...state.images].sort((a, b) => b.createdAt - a.createdAt);
  const row = (image: ImageSummary, reference: string) => imageRow(image, reference, now, pathOf);
  const tagged = newestFirst.flatMap(image => inOrder(image.tags).map(tag => row(image, tag)));
  const untagged = newestFirst.filter(({ tags }) => tags.length === 0).map(image => row(image, image.id));
  return [
    ...tagged.filter(({ ofWorkspace }) => ofWorkspace),
    ...tagged.filter(({ ofWorkspace }) => !ofWorkspace),
    ...(untagged.length > 0 ? [untaggedRow(untagged)] : []),
  ];
}

/** The image that a name or an id stands for now. */
export function imageOf(state: EngineState, reference: string): ImageSummary | undefined {
  if (state.kind !== 'connected') return undefined;
  return state.images.find(({ id, tags }) => id === reference || tags.includes(reference));
}

/** Milliseconds until the first image has another age to tell; undefined where there is no image. */
export function agesLast(state: EngineState, now: number): number | undefined {
  if (state.kind !== 'connected' || state.images.length === 0) return undefined;
  return Math.min(...state.images.map(({ createdAt }) => ageLasts(createdAt, now)));
}

export interface RowChanges {
  /** Whether rows came, went or changed places, so that the whole tree has to be read again. */
  readonly order: boolean;
  /** The rows that say something else now; empty where the order changed. */
  readonly references: readonly string[];
}

/** What has to be drawn again. */
export function changesOf(before: readonly TreeRow[], after: readonly TreeRow[]): RowChanges {
  const sameOrder =
    before.length === after.length &&
    before.every(({ reference }, index) => reference === after[index]?.reference);
  if (!sameOrder) return { order: true, references: [] };
  const changed = after.filter((row, index) => JSON.stringify(row) !== JSON.stringify(before[index]));
  return { order: false, references: changed.map(({ reference }) => reference) };
}

/** `sha256:0123456789ab…` as the docker command shows it: `0123456789ab`. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

function imageRow(
  image: ImageSummary,
  reference: string,
  now: number,
  pathOf: (uri: string) => string,
): ImageRow {
  const label = visible(reference === image.id ? shortId(image.id) : reference);
  const description = `${sizeOf(image, image.bytes)} · ${age(image.createdAt, now)}`;
  const otherNames = inOrder(image.tags).filter(tag => tag !== reference);
  const tooltip = [
    label,
    description,
    ...(image.sizes === 'estimated' ? ['The space on disk that the engine reports, unpacked'] : []),
    ...(image.dockerfile ? [`Built by ${visible(pathOf(image.dockerfile))}`] : []),
    ...(otherNames.length > 0 ? [`The same image: ${visible(otherNames.join(', '))}`] : []),
    `Id ${shortId(image.id)}`,
  ];
  return {
    kind: 'image',
    reference,
    image,
    label,
    description,
    tooltip: tooltip.join('\n'),
    spoken: [label, ...tooltip.slice(1, -1)].join(', '),
    ofWorkspace: image.dockerfile !== undefined,
  };
}

function untaggedRow(rows: readonly ImageRow[]): UntaggedRow {
  return {
    kind: 'untagged',
    reference: UNTAGGED,
    label: 'Untagged images',
    description: String(rows.length),
    tooltip: 'Images without a name, for example because a newer build took it',
    spoken: `Untagged images: ${rows.length}`,
    rows,
  };
}

function inOrder(names: readonly string[]): string[] {
  return [...names].sort();
}
