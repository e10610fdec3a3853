import { once } from '../text/once-per';
import data from './python-requires.json';
import { entryOf, namesOf } from './table';

/**
 * What pip installs with a distribution, of that what people also list themselves; undefined where it is not known.
 *
 * @param distribution by normalized name; `name[extra]` stands for what the extra adds
 */
export function requirementsOf(distribution: string): readonly string[] | undefined {
  return entryOf<string>(data.requires, distribution)
    ?.split(' ')
    .filter(name => name !== '');
}

const required = once(() => new Set(Object.values(data.requires).flatMap(names => names.split(' '))));

/** True where some distribution of the table depends on this one. */
export function isRequiredByOthers(distribution: string): boolean {
  return required().has(distribution);
}

const seldomListed = namesOf(() => data.seldomListed);

/** True for packages that people hardly list by themselves: a file with some of them is the output of `pip freeze`. */
export function isSeldomListed(distribution: string): boolean {
  return seldomListed().has(distribution);
}
