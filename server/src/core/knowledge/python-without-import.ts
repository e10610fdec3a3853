import data from './python-without-import.json';
import { entryOf, namesOf } from './table';

const needed = namesOf(() => data.groups.flatMap(({ names }) => names));

/**
 * True for packages that programs need though no Python file imports them, so that nobody can tell from imports that one
 * is superfluous: servers, drivers, tools, plug-ins that their host finds by entry points, and type stubs.
 *
 * @param distribution by normalized name
 */
export function isNeededWithoutImport(distribution: string): boolean {
  const { prefixes, suffixes } = data.plugins;
  return (
    needed().has(distribution) ||
    prefixes.some(prefix => distribution.startsWith(`${prefix}-`)) ||
    suffixes.some(suffix => distribution.endsWith(`-${suffix}`))
  );
}

/** The drivers that the scheme of an address names: `postgresql+asyncpg://…`. */
export function driversOf(scheme: string): readonly string[] {
  return entryOf(data.drivers, scheme)?.split(' ') ?? [];
}
