import type { WorkspaceFacts } from '../facts/workspace';
import type { Compose } from './model';
import { parseCompose } from './parse';

const COMPOSE_FILE = /^(docker-)?compose[^/]*\.ya?ml$/;

const REMEMBERED_FILES = 50;
const remembered = new Map<string, Compose>();

/** The other Compose files of the same folder, parsed once per version. */
export function siblings(path: string, { texts }: WorkspaceFacts): Compose[] {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return [...texts].flatMap(([other, text]) => {
    const beside =
      other !== path && other.startsWith(folder) && COMPOSE_FILE.test(other.slice(folder.length));
    return beside ? [parsed(other, text)] : [];
  });
}

function parsed(path: string, text: string): Compose {
  const known = remembered.get(path);
  if (known?.text === text) return known;
  if (remembered.size >= REMEMBERED_FILES) remembered.clear();
  const file = parseCompose(path, text);
  remembered.set(path, file);
  return file;
}
