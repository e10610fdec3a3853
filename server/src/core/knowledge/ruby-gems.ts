import data from './ruby-gems.json';
import { entryOf, namesOf } from './table';

/**
 * What a gem needs of the system when it runs: `-dev` packages that stand for the libraries it links with, and packages
 * with programs or data. Gems that contain their libraries, or link with those of Ruby itself, need none.
 */
export interface GemNeeds {
  readonly headers: readonly string[];
  readonly packages: readonly string[];
}

const NONE: GemNeeds = { headers: [], packages: [] };

/** Gems of Ruby alone, and gems with an extension that needs nothing which the slim image lacks. */
const needingNone = namesOf(() => data.none);

/** What a gem needs of the system on a slim image; undefined for a gem that nobody has looked at. */
export function gemNeeds(name: string): GemNeeds | undefined {
  return needingNone().has(name) ? NONE : entryOf<GemNeeds>(data.needs, name);
}
