// Reads which file imports which, types too: for the picture in docs/architecture.md and the test of the layers.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** One import of a file. Paths are POSIX, from the root of the repository. */
export interface Import {
  readonly file: string;
  /** As written: `../text/span`, `node:fs`. */
  readonly from: string;
}

/** What imports what: files, or the folders that hold them. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

const IMPORT = /^(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)'|\bimport\('([^']+)'\)/gm;

/** Every TypeScript file in a folder and in those below. */
export function sourcesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap(name => {
    const path = `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) return sourcesIn(root, path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

export function importsOf(root: string, files: readonly string[]): Import[] {
  return files.flatMap(file =>
    [...readFileSync(join(root, file), 'utf8').matchAll(IMPORT)].map(match => ({
      file,
      from: match[1] ?? match[2] ?? '',
    })),
  );
}

/** The path that a relative import leads to, without the ending of the file. */
export function targetOf({ file, from }: Import): string {
  return posix.normalize(posix.join(dirname(file), from));
}

/** @param nodeOf what a file counts as: itself, its folder, its part; imports inside of one node are left out */
export function graphOf(
  imports: readonly Import[],
  files: readonly string[],
  nodeOf: (file: string) => string,
): Graph {
  const known = new Set(files);
  const graph = new Map<string, Set<string>>(files.map(file => [nodeOf(file), new Set()]));
  for (const one of imports) {
    const target = `${targetOf(one)}.ts`;
    if (!one.from.startsWith('.') || !known.has(target)) continue;
    const from = nodeOf(one.file);
    const to = nodeOf(target);
    if (from !== to) graph.get(from)?.add(to);
  }
  return graph;
}

/** All that a node imports, and that what it imports does. */
export function reachableFrom(node: string, graph: Graph): Set<string> {
  const reached = new Set<string>(graph.get(node));
  for (const one of reached) for (const next of graph.get(one) ?? []) reached.add(next);
  return reached;
}

/** Nodes that import each other, directly or through others: each group once, sorted. */
export function cyclesIn(graph: Graph): string[][] {
  const reached = new Map([...graph.keys()].map(node => [node, reachableFrom(node, graph)]));
  const inCycle = [...graph.keys()].filter(node => reached.get(node)?.has(node)).sort();
  const groups = inCycle.map(node =>
    inCycle.filter(other => other === node || isMutual(node, other, reached)),
  );
  return groups.filter((group, index) => group[0] === inCycle[index]);
}

function isMutual(one: string, other: string, reached: Graph): boolean {
  return reached.get(one)?.has(other) === true && reached.get(other)?.has(one) === true;
}
