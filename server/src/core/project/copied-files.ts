import type { Copy, Dockerfile } from '../dockerfile/model';
import { stateBefore } from '../dockerfile/stage-state';
import { expand } from '../dockerfile/variables';
import { matchesGlob, pathPatternSteps } from '../text/glob';
import { cleanPath, contextSource } from './context-needs';

/** What a COPY or ADD from the build context puts where. */
export interface CopiedFiles {
  readonly copy: Copy;
  /** Paths of the context: files, folders, patterns; the whole context is empty. */
  readonly sources: readonly string[];
  /** Absolute. */
  readonly destination: string;
  /** True where the sources go into the destination, false where the one source becomes it. */
  readonly intoFolder: boolean;
}

/** Undefined where it copies from a stage, or a variable decides what or where. */
export function copiedFiles(file: Dockerfile, copy: Copy): CopiedFiles | undefined {
  const { destination } = copy;
  if (!destination || copy.heredocs.length > 0 || copy.sources.length === 0) return undefined;
  const state = stateBefore(file, copy);
  const to = destination.literal ? destination.text : expand(destination.text, state.variables);
  if (!to) return undefined;
  const sources = copy.sources.map(it => (it.literal ? contextSource(file, copy, it.text) : undefined));
  if (sources.some(it => it === undefined)) return undefined;
  const workdir = state.workdir ?? '/';
  const target = imagePath(workdir, to);
  const isFolder = /(^|\/)\.{0,2}$/.test(to) || target === imagePath(workdir, '.');
  return {
    copy,
    sources: sources.flatMap(it => it ?? []),
    destination: target,
    intoFolder: copy.sources.length > 1 || isFolder,
  };
}

/** An absolute path of the image, seen from its working folder. */
export function imagePath(workdir: string, path: string): string {
  const names: string[] = [];
  for (const name of `${path.startsWith('/') ? '' : workdir}/${path}`.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

/**
 * Which path of the context ends up at `path` of the image; undefined where this copies nothing there.
 *
 * @param isFolder tells the folders of the context from its files
 */
export function contextPathAt(
  { sources, destination, intoFolder }: CopiedFiles,
  path: string,
  isFolder: (contextPath: string) => boolean,
): string | undefined {
  const root = destination === '/' ? '/' : `${destination}/`;
  const below = path.startsWith(root) ? path.slice(root.length) : undefined;
  for (const source of sources) {
    if (isFolder(source)) {
      if (below) return cleanPath(`${source}/${below}`);
      continue;
    }
    const folder = source.split('/').slice(0, -1).join('/');
    const name = source.split('/').at(-1) ?? '';
    if (/[*?[]/.test(name)) {
      if (below && !below.includes('/') && matchesPattern(name, below))
        return cleanPath(`${folder}/${below}`);
    } else if (intoFolder ? below === name : path === destination) return source;
  }
  return undefined;
}

/** Where a path of the context ends up in the image; undefined where this does not copy it. */
export function imagePathOf(
  { sources, destination, intoFolder }: CopiedFiles,
  contextPath: string,
  isFolder: (contextPath: string) => boolean,
): string | undefined {
  const name = contextPath.split('/').at(-1) ?? '';
  for (const source of sources) {
    if (isFolder(source)) {
      const prefix = source === '' ? '' : `${source}/`;
      if (contextPath.startsWith(prefix)) return imagePath(destination, contextPath.slice(prefix.length));
    } else if (source === contextPath) return intoFolder ? imagePath(destination, name) : destination;
    else if (/[*?[]/.test(source) && matchesPattern(source, contextPath)) return imagePath(destination, name);
  }
  return undefined;
}

function matchesPattern(pattern: string, name: string): boolean {
  const steps = pathPatternSteps(pattern);
  return steps !== undefined && matchesGlob(steps, name);
}
