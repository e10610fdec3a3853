import type { CodeFacts, CodeImport } from '../../python/code';
import { loadedBeside, loadedByCommand } from './autoload';
import { dynamicCode } from './usage';

type Code = ReadonlyMap<string, CodeFacts>;

/** The Python files that a command leads to, from import to import. */
export interface Reach {
  readonly code: Code;
  /** False where the command names no file of the code, or something on the way is imported by a name made at run time. */
  readonly certain: boolean;
}

/**
 * Follows imports, and the strings that name modules, from what the words of a command name: `api.main:app`,
 * `src/run.py`. Takes too many files rather than too few: every file is followed that an import may mean.
 *
 * @param words of the command that starts the program
 * @param alsoNamed words of what else runs in the image: builds, health checks, settings
 * @param root the folder of the build context
 */
export function reachableCode(
  code: Code,
  root: string,
  words: readonly string[],
  alsoNamed: readonly string[],
): Reach {
  const entries = words.flatMap(word => filesNamed(code, root, word));
  const waiting = [
    ...entries,
    ...alsoNamed.flatMap(word => filesNamed(code, root, word)),
    ...loadedByCommand(code, words),
  ];
  const reached = new Map<string, CodeFacts>();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const facts = code.get(path);
    if (!facts || reached.has(path)) continue;
    reached.set(path, facts);
    const from = foldersAbove(path, root);
    waiting.push(
      ...facts.imports.flatMap(it => filesImported(code, path, from, it)),
      ...facts.names.flatMap(name => filesOfModule(code, from, name)),
      ...loadedBeside(code, root, path, facts),
    );
  }
  return { code: reached, certain: entries.length > 0 && dynamicCode(reached).length === 0 };
}

function filesNamed(code: Code, root: string, word: string): string[] {
  const path = word.replace(/^\.?\/+/, '');
  if (path.endsWith('.py'))
    return [...code.keys()].filter(it => it === path || it.endsWith(`/${path}`) || path.endsWith(`/${it}`));
  const module = /^([A-Za-z_][\w.]*)(:[\w.]+)?(\(\))?$/.exec(word)?.[1];
  return module === undefined ? [] : filesOfModule(code, [root, join(root, 'src')], module);
}

function filesImported(code: Code, path: string, from: readonly string[], it: CodeImport): string[] {
  const folders = it.level === 0 ? from : [upwards(path, it.level)];
  const taken = it.names
    .filter(name => name !== '*')
    .map(name => (it.module === '' ? name : `${it.module}.${name}`));
  return [it.module, ...taken]
    .filter(name => name !== '')
    .flatMap(name => filesOfModule(code, folders, name));
}

/** The files of a module and of the packages that it is in, seen from any of the folders. */
function filesOfModule(code: Code, folders: readonly string[], module: string): string[] {
  const names = module.split('.');
  return folders.flatMap(folder =>
    names.flatMap((_, index) => {
      const path = join(folder, names.slice(0, index + 1).join('/'));
      return [`${path}.py`, `${path}/__init__.py`, `${path}/__main__.py`].filter(file => code.has(file));
    }),
  );
}

/** The folder of a file and those above it down from the root, where Python may look for a module, with their `src`. */
function foldersAbove(path: string, root: string): string[] {
  const folders: string[] = [];
  for (let folder = upwards(path, 1); ; folder = upwards(folder, 1)) {
    folders.push(folder);
    if (folder === root || folder === '.') break;
  }
  return [...folders, join(root, 'src')];
}

function upwards(path: string, levels: number): string {
  return path.split('/').slice(0, -levels).join('/') || '.';
}

function join(folder: string, path: string): string {
  return folder === '.' ? path : `${folder}/${path}`;
}
