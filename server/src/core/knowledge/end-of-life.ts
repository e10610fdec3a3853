import { type ImageRef, isOfficial } from '../dockerfile/image-ref';
import data from './end-of-life.json';
import { entryOf } from './table';

/** A release that gets no security fixes any more. */
export interface EndedRelease {
  /** As a message names it: `Debian buster`, `python 3.8`. */
  readonly name: string;
  /** `2024-10`. */
  readonly month: string;
}

type Releases = Readonly<Record<string, string>>;

/** What of an image had reached its end when the table was written; undefined where nothing is known to have. */
export function endedRelease(ref: ImageRef): EndedRelease | undefined {
  const tag = ref.tag ?? '';
  return ofImage(ref, tag) ?? ofSystem(tag);
}

function ofImage(ref: ImageRef, tag: string): EndedRelease | undefined {
  const known = data.images.find(({ names }) =>
    names.some(name => isOfficial(ref, name) || ref.name === name),
  );
  const isAlpine = isOfficial(ref, 'alpine');
  const releases: Releases | undefined = known?.releases ?? (isAlpine ? data.alpine : undefined);
  const [word = ''] = tag.split('-');
  const [, release, major] = /^v?((\d+)(?:\.\d+)?)(?:\.\d+)*$/.exec(word) ?? [];
  const name = ref.name.slice(ref.name.lastIndexOf('/') + 1);
  for (const version of [release, major, word]) {
    const end = releases && version !== undefined ? entryOf(releases, version) : undefined;
    if (end !== undefined && version !== undefined) return ended(`${name} ${version}`, end);
  }
  return undefined;
}

/** The distribution that a tag names: `3.12-slim-buster`, `20-alpine3.17`. */
function ofSystem(tag: string): EndedRelease | undefined {
  for (const word of tag.split('-')) {
    const debian = entryOf(data.debian as Releases, word);
    if (debian !== undefined) return ended(`Debian ${word}`, debian);
    const [, alpine] = /^alpine(3\.\d+)$/.exec(word) ?? [];
    const end = alpine === undefined ? undefined : entryOf(data.alpine as Releases, alpine);
    if (end !== undefined) return ended(`Alpine ${alpine}`, end);
  }
  return undefined;
}

function ended(name: string, day: string): EndedRelease | undefined {
  return day <= data.asOf ? { name, month: day.slice(0, 7) } : undefined;
}
