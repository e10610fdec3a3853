import type { PythonManifest } from '../manifests/model';
import { joinPath } from '../text/path';
import type { WorkspaceFacts } from './workspace';
import { pythonManifestAt } from './workspace-files';

/** A manifest with the files that it takes in by `-r`, each once, however often and in whatever circles they name each other. */
export interface IncludedFiles {
  /** The manifest first. */
  readonly manifests: readonly PythonManifest[];
  /** False where a file that is named is not among the facts. */
  readonly complete: boolean;
}

/** @param path POSIX, as facts name files */
export function withIncluded(path: string, workspace: WorkspaceFacts): IncludedFiles {
  const manifests: PythonManifest[] = [];
  const seen = new Set<string>();
  const waiting = [path];
  let complete = true;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const manifest = pythonManifestAt(workspace, next);
    if (!manifest) {
      complete = false;
      continue;
    }
    manifests.push(manifest);
    const folder = next.split('/').slice(0, -1).join('/');
    const included = manifest.includes.filter(it => it.kind === 'include');
    // The last in is read first: files come in the order in which pip reads them.
    waiting.push(...included.map(it => joinPath(folder, it.path)).reverse());
  }
  return { manifests, complete };
}
