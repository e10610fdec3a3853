import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Graph, graphOf, importsOf, reachableFrom, sourcesIn } from '../architecture/imports';
import type { Artifact } from '../generate';

const CORE = 'server/src/core';
const PAGE = 'docs/architecture.md';

/** What no folder imports: the files that run rules and apply fixes. */
const RUNNER = 'lint.ts';

/** The page with the picture of what imports what in core, between `<!-- layers -->` and `<!-- /layers -->`, written again. */
export function architecturePage(root: string): Artifact[] {
  const files = sourcesIn(root, CORE);
  const imports = importsOf(root, files);
  const parts = graphOf(imports, files, partOf);
  const analysis = graphOf(imports, files, folderOf);
  const pictures = {
    layers: mermaid(withOneRunner(parts)),
    analysis: mermaid(within('analysis', analysis)),
  };
  let text = readFileSync(join(root, PAGE), 'utf8');
  for (const [name, picture] of Object.entries(pictures)) {
    const region = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
    text = text.replace(region, (_, open: string, close: string) => `${open}${picture}${close}`);
  }
  return [{ path: PAGE, text }];
}

/** The folder of core that a file is in, or the file itself where it is in none. */
function partOf(file: string): string {
  return file.slice(CORE.length + 1).split('/')[0] ?? '';
}

function folderOf(file: string): string {
  return file.slice(CORE.length + 1, file.lastIndexOf('/'));
}

/** The files beside the folders that no folder imports are one node. */
function withOneRunner(graph: Graph): Graph {
  const imported = new Set(
    [...graph].filter(([node]) => !node.endsWith('.ts')).flatMap(([node]) => [...reachableFrom(node, graph)]),
  );
  const nodeOf = (node: string) => (node.endsWith('.ts') && !imported.has(node) ? RUNNER : node);
  const merged = new Map<string, Set<string>>();
  for (const [node, targets] of graph) {
    const own = merged.get(nodeOf(node)) ?? new Set<string>();
    merged.set(nodeOf(node), own);
    for (const target of targets) if (nodeOf(target) !== nodeOf(node)) own.add(nodeOf(target));
  }
  return merged;
}

/** The folders below one, by their own names, with what they import of each other. */
function within(folder: string, graph: Graph): Graph {
  const inside = (node: string) => node.startsWith(`${folder}/`);
  const short = (node: string) => node.slice(folder.length + 1);
  return new Map(
    [...graph]
      .filter(([node]) => inside(node))
      .map(([node, targets]) => [short(node), new Set([...targets].filter(inside).map(short))]),
  );
}

function mermaid(graph: Graph): string {
  const nodes = [...graph.keys()].sort();
  const lines = nodes.flatMap(node => {
    const targets = [...(graph.get(node) ?? [])].filter(target => !isImplied(node, target, graph)).sort();
    return targets.length === 0 && !isImported(node, graph)
      ? [`  ${idOf(node)}[${node}]`]
      : targets.map(target => `  ${idOf(node)}[${node}] --> ${idOf(target)}[${target}]`);
  });
  return ['```mermaid', 'graph TD', ...lines, '```', ''].join('\n');
}

function isImported(node: string, graph: Graph): boolean {
  return [...graph.values()].some(targets => targets.has(node));
}

/** True where another arrow leads there too, so that the picture need not show this one. */
function isImplied(node: string, target: string, graph: Graph): boolean {
  return [...(graph.get(node) ?? [])].some(
    other => other !== target && reachableFrom(other, graph).has(target),
  );
}

function idOf(node: string): string {
  return node.replace(/\W/g, '_');
}
