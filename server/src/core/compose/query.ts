import type { Entry, Mapping, Node, Scalar } from './model';

/** The entry that a path of keys leads to: `entryAt(service, 'deploy', 'resources', 'limits')`. */
export function entryAt(mapping: Mapping | undefined, ...path: readonly string[]): Entry | undefined {
  let current: Node | undefined = mapping;
  let entry: Entry | undefined;
  for (const name of path) {
    if (current?.kind !== 'mapping') return undefined;
    entry = current.entries.find(candidate => candidate.key.text === name);
    if (!entry) return undefined;
    current = entry.value;
  }
  return entry;
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

/** The scalars of a list, or the one scalar that stands in a list's place. */
export function scalarsAt(mapping: Mapping | undefined, ...path: readonly string[]): readonly Scalar[] {
  const node = nodeAt(mapping, ...path);
  if (node?.kind === 'scalar') return node.value === null ? [] : [node];
  return node?.kind === 'list' ? node.items.filter(item => item.kind === 'scalar') : [];
}
