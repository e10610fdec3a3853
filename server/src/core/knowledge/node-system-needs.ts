import data from './node-system-needs.json';
import { entryOf } from './table';

/**
 * Packages of apt that a package of npm needs on a slim image, because it takes something from the full one: empty where
 * none is sure to do, undefined where it needs none that is known.
 */
export function nodeSystemNeeds(name: string): readonly string[] | undefined {
  return entryOf<readonly string[]>(data.packages, name);
}

/** The variables that keep a package from downloading a browser when it is installed; undefined for all other packages. */
export function nodeBrowser(name: string): readonly string[] | undefined {
  return entryOf<readonly string[]>(data.browsers, name);
}
