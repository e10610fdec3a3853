import { importable } from '../../knowledge/python-modules';
import { requirementsOf } from '../../knowledge/python-requires';
import type { CodeImport } from '../../python/code';

/** What can be imported once a distribution is installed. */
export interface Modules {
  /** Dotted names: `yaml`, `google.cloud.storage`. */
  readonly names: readonly string[];
  /** False where that is a guess from the distribution's name. */
  readonly certain: boolean;
}

/** What is in the `site-packages` of an image, by normalized name. */
export type Installed = ReadonlyMap<string, { readonly modules: readonly string[] }>;

/** @param distribution normalized; @param installed goes before the tables: it is what the image really has */
export function modulesOf(distribution: string, installed?: Installed): Modules {
  const found = installed?.get(distribution)?.modules ?? [];
  if (found.length > 0) return { names: found, certain: true };
  const listed = importable(distribution);
  return { names: listed ?? [distribution.replaceAll('-', '_')], certain: listed !== undefined };
}

/** True where the tables know the dependencies of the distribution. */
export function isKnown(distribution: string): boolean {
  return modulesOf(distribution).certain || requirementsOf(distribution) !== undefined;
}

/** What pip installs with a distribution, with their dependencies, as far as the tables know. */
export function broughtBy(distribution: string, extras: readonly string[] = []): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [distribution, ...extras.map(extra => `${distribution}[${extra.toLowerCase()}]`)];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const name of requirementsOf(next) ?? []) {
      if (found.has(name)) continue;
      found.add(name);
      waiting.push(name);
    }
  }
  return found;
}

/** Whether an import takes something of a module, of a part of it, or of a namespace that it may be in. */
export function takes({ module, names }: CodeImport, wanted: string): boolean {
  if (module === wanted || module.startsWith(`${wanted}.`)) return true;
  if (!wanted.startsWith(`${module}.`)) return false;
  const inside = wanted.slice(module.length + 1).split('.')[0] ?? '';
  return names.length === 0 || names.includes('*') || names.includes(inside);
}
