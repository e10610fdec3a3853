import data from './needed-recommends.json';
import { entryOf } from './table';

/** A package that Debian only recommends, but without which the one that is asked for does not do what it is for. */
export function neededRecommend(aptPackage: string): string | undefined {
  return entryOf(data.needed, aptPackage);
}

/** Packages that depend on one of these. */
export function bringersOf(recommended: string): readonly string[] {
  return entryOf(data.broughtBy, recommended) ?? [];
}
