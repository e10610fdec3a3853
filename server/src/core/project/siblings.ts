import type { Compose } from '../compose/model';
import type { WorkspaceFacts } from './workspace';
import { composeFiles } from './workspace-files';

/** The other Compose files of the same folder. */
export function siblings(path: string, workspace: WorkspaceFacts): Compose[] {
  const folder = folderOf(path);
  return composeFiles(workspace).filter(other => other.path !== path && folderOf(other.path) === folder);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
