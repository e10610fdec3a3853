import data from './python-modules.json';
import { entryOf, namesOf } from './table';

const named = namesOf(() => data.namedAsTheirModule);

/**
 * What can be imported once a distribution is installed: top-level modules, and for namespaces the dotted part that is
 * the distribution's own. Undefined where that is not known.
 *
 * @param distribution by normalized name
 */
export function importable(distribution: string): readonly string[] | undefined {
  const modules = entryOf<string>(data.modules, distribution)?.split(' ');
  return modules ?? (named().has(distribution) ? [distribution.replaceAll('-', '_')] : undefined);
}
