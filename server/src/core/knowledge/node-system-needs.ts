import data from './node-system-needs.json';
import { entryOf } from './table';

/**
 * Packages of apt that a package of npm needs on a slim image, because it takes something from the full one: empty where
 * none is sure to do, undefined where it needs none that is known.
 */
export function nodeSystemNeeds(name: string): readonly string[] | undefined {
  return entryOf<readonly string[]>(data.packages, name);
}
