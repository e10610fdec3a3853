import { LOADED_BY } from '../../knowledge/python-callers';
import { MODULES, NAMED_AS_THEIR_MODULE } from '../../knowledge/python-modules';
import { REQUIRES } from '../../knowledge/python-requires';
import { DRIVERS, NEEDED_WITHOUT_IMPORT, PLUGIN_NAMES } from '../../knowledge/python-without-import';
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
  const underscored = distribution.replaceAll('-', '_');
  const listed = Object.hasOwn(MODULES, distribution) ? MODULES[distribution]?.split(' ') : undefined;
  if (listed) return { names: listed, certain: true };
  return { names: [underscored], certain: NAMED_AS_THEIR_MODULE.has(distribution) };
}

/** True where no import tells whether it is needed: servers, drivers, plug-ins, tools. */
export function worksWithoutImport(distribution: string): boolean {
  return NEEDED_WITHOUT_IMPORT.has(distribution) || PLUGIN_NAMES.some(pattern => pattern.test(distribution));
}

/** True where the tables know what the distribution brings along. */
export function isKnown(distribution: string): boolean {
  return modulesOf(distribution).certain || Object.hasOwn(REQUIRES, distribution);
}

/** True where some distribution of the tables brings this one along. */
export function isBroughtByOthers(distribution: string): boolean {
  return BROUGHT.has(distribution);
}

const BROUGHT: ReadonlySet<string> = new Set(Object.values(REQUIRES).flatMap(names => names.split(' ')));

/** What pip installs along with a distribution, with what that brings in turn, as far as the tables know. */
export function broughtBy(distribution: string, extras: readonly string[] = []): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [distribution, ...extras.map(extra => `${distribution}[${extra.toLowerCase()}]`)];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const name of (Object.hasOwn(REQUIRES, next) ? REQUIRES[next] : '')?.split(' ') ?? []) {
      if (name === '' || found.has(name)) continue;
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

/** The distributions that serve addresses of a scheme. */
export function driversOf(scheme: string): readonly string[] {
  return Object.hasOwn(DRIVERS, scheme) ? (DRIVERS[scheme]?.split(' ') ?? []) : [];
}

/** The modules that may load a distribution though the program does not import it. */
export function loadersOf(distribution: string): readonly string[] {
  return Object.hasOwn(LOADED_BY, distribution) ? (LOADED_BY[distribution]?.split(' ') ?? []) : [];
}
