import data from './python-callers.json';
import { entryOf } from './table';

/** The modules that load a distribution when some function of theirs is called, though the program never imports it. */
export function callersOf(distribution: string): readonly string[] {
  return entryOf(data.loadedBy, distribution)?.split(' ') ?? [];
}

/** True for frameworks that load whatever a class of theirs stands for: a loader or a model is named, its package is not. */
export function loadsAnything(module: string): boolean {
  return data.loadsAnything.includes(module);
}
