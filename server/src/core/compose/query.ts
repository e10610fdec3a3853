import { oncePer } from '../text/once-per';
import type { Compose, Entry, Mapping, Node, Scalar, Service } from './model';

/** The entry that a path of keys leads to: `entryAt(service, 'deploy', 'resources', 'limits')`. */
export function entryAt(mapping: Mapping | undefined, ...path: readonly string[]): Entry | undefined {
  let current: Node | undefined = mapping;
  let entry: Entry | undefined;
  for (const name of path) {
    if (current?.kind !== 'mapping') return undefined;
    entry = entryOf(current, name);
    if (!entry) return undefined;
    current = entry.value;
  }
  return entry;
}

/** Mappings with more keys are looked up in a table. */
const FEW_ENTRIES = 16;

function entryOf(mapping: Mapping, name: string): Entry | undefined {
  if (mapping.entries.length > FEW_ENTRIES) return entriesByKey(mapping).get(name);
  return mapping.entries.find(candidate => candidate.key.text === name);
}

const entriesByKey = oncePer((mapping: Mapping) => firstByName(mapping.entries, entry => entry.key.text));

/** The service of a name: of two, the first. */
export function serviceNamed(file: Compose, name: string): Service | undefined {
  return servicesByName(file).get(name);
}

const servicesByName = oncePer((file: Compose) => firstByName(file.services, service => service.name.text));

/** A table of the first item of each name. */
export function firstByName<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string | undefined,
): ReadonlyMap<string, Item> {
  const table = new Map<string, Item>();
  for (const item of items) {
    const name = nameOf(item);
    if (name !== undefined && !table.has(name)) table.set(name, item);
  }
  return table;
}

/** The value that a path of keys leads to, whatever its kind. */
export function nodeAt(mapping: Mapping | undefined, ...path: readonly string[]): Node | undefined {
  return entryAt(mapping, ...path)?.value;
}

/** The same where it is a scalar. */
export function scalarAt(mapping: Mapping | undefined, ...path: readonly string[]): Scalar | undefined {
  const node = nodeAt(mapping, ...path);
  return node?.kind === 'scalar' ? node : undefined;
}

/** The same where it is a mapping. */
export function mappingAt(mapping: Mapping | undefined, ...path: readonly string[]): Mapping | undefined {
  const node = nodeAt(mapping, ...path);
  return node?.kind === 'mapping' ? node : undefined;
}

/** The items of the list that a path of keys leads to; none where there is no list. */
export function listItems(mapping: Mapping | undefined, ...path: readonly string[]): readonly Node[] {
  const node = nodeAt(mapping, ...path);
  return node?.kind === 'list' ? node.items : [];
}

/** The scalars of a list, or the one scalar that is in a list's place. */
export function scalarsAt(mapping: Mapping | undefined, ...path: readonly string[]): readonly Scalar[] {
  const node = nodeAt(mapping, ...path);
  if (node?.kind === 'scalar') return node.value === null ? [] : [node];
  return node?.kind === 'list' ? node.items.filter(item => item.kind === 'scalar') : [];
}
