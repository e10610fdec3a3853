import type { Config } from '../core/config';
import { namesOf } from '../core/config';
import { rules } from '../core/rules/catalog';
import { Misuse } from './exit';

/** For an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/**
 * What `--rule ID` says: just these rules, also where they are off by default.
 *
 * @throws Misuse for a name that no rule has
 */
export function selectRules(names: readonly string[] | undefined): Partial<Config> {
  if (!names || names.length === 0) return {};
  const unknown = names.find(name => !rules.some(rule => namesOf(rule).includes(name.toLowerCase())));
  if (unknown !== undefined) throw new Misuse(`there is no rule ${unknown}; list them with plimsoll rules`);
  return { only: names };
}
