import { type ImageRef, isOfficial, shortName } from '../dockerfile/image-ref';
import data from './end-of-life.json';
import { entryOf } from './table';

/** A release that gets no security fixes any more. */
export interface EndedRelease {
  /** As a message names it: `Debian buster`, `python 3.8`. */
  readonly name: string;
  /** The day of its end: `2024-10-07`. */
  readonly day: string;
  /** True where nobody has to have moved yet, or where the makers may still put the end off. */
  readonly isRecent: boolean;
  /** True where only a word of the tag says it, and the image is nobody's that is known here. */
  readonly isGuess: boolean;
}

type Releases = Readonly<Record<string, string>>;

/**
 * Months after an end in which it is recent. Teams need some, and within them the table may hold an end that was only
 * announced when it was written.
 */
const GRACE_MONTHS = 3;

/** What of an image had reached its end when the table was written; undefined where nothing is known to have. */
export function endedRelease(ref: ImageRef): EndedRelease | undefined {
  return ofImage(ref) ?? ofSystem(ref);
}

function ofImage(ref: ImageRef): EndedRelease | undefined {
  const known = data.images.find(({ names }) =>
    names.some(name => isOfficial(ref, name) || ref.name === name),
  );
  const isAlpine = isOfficial(ref, 'alpine');
  const releases: Releases | undefined = known?.releases ?? (isAlpine ? data.alpine : undefined);
  const [word = ''] = (ref.tag ?? '').split('-');
  const [, release, major] = /^v?((\d+)(?:\.\d+)?)(?:\.\d+)*$/.exec(word) ?? [];
  const name = ref.name.slice(ref.name.lastIndexOf('/') + 1);
  for (const version of [release, major, word]) {
    const end = releases && version !== undefined ? entryOf(releases, version) : undefined;
    if (end !== undefined && version !== undefined) return ended(`${name} ${version}`, end);
  }
  return undefined;
}

/** Makers whose tags name distributions as those of the official images do. */
const KNOWN_MAKERS = /^(mcr\.microsoft\.com|ghcr\.io\/astral-sh|nvidia|denoland|oven)\//;

/** The distribution that a tag names: `3.12-slim-buster`, `20-alpine3.17`, `17-focal`, `12.1-base-ubuntu20.04`. */
function ofSystem(ref: ImageRef): EndedRelease | undefined {
  const name = shortName(ref);
  const isKnown = !name.includes('/') || KNOWN_MAKERS.test(name);
  for (const word of (ref.tag ?? '').split(/[-_]/)) {
    const found = systemOf(word);
    if (found) return isKnown ? found : { ...found, isGuess: true };
  }
  return undefined;
}

function systemOf(word: string): EndedRelease | undefined {
  const debian = entryOf(data.debian as Releases, word);
  if (debian !== undefined) return ended(`Debian ${word}`, debian);
  const [, alpine] = /^alpine(3\.\d+)$/.exec(word) ?? [];
  const [, number] = /^ubuntu(\d\d\.\d\d)$/.exec(word) ?? [];
  const ubuntu = entryOf(data.ubuntu as Releases, word);
  if (ubuntu !== undefined) return ended(`Ubuntu ${word}`, ubuntu);
  if (number !== undefined) return endOf(`Ubuntu ${number}`, number, ubuntuReleases());
  return alpine === undefined ? undefined : endOf(`Alpine ${alpine}`, alpine, data.alpine);
}

function endOf(name: string, version: string, releases: Releases): EndedRelease | undefined {
  const end = entryOf(releases, version);
  return end === undefined ? undefined : ended(name, end);
}

/** The releases of Ubuntu by their numbers. */
function ubuntuReleases(): Releases {
  return data.images.find(it => it.names.includes('ubuntu'))?.releases ?? {};
}

function ended(name: string, day: string): EndedRelease | undefined {
  if (day > data.asOf) return undefined;
  return { name, day, isRecent: monthOf(data.asOf) - monthOf(day) <= GRACE_MONTHS, isGuess: false };
}

/** Months since the year 0, of `2024-10-07`. */
function monthOf(day: string): number {
  const [year = 0, month = 0] = day.split('-').map(Number);
  return year * 12 + month;
}
