import { extname, join } from 'node:path';
import { readDecoded } from '../host/text-file';
import { writeFiles } from '../host/write-files';

/** How a comment begins in the files that a proof changes a line of. */
const COMMENTS: Readonly<Record<string, string>> = {
  '.py': '#',
  '.rb': '#',
  '.sh': '#',
  '.js': '//',
  '.mjs': '//',
  '.cjs': '//',
  '.ts': '//',
  '.tsx': '//',
  '.go': '//',
  '.java': '//',
  '.rs': '//',
  '.cs': '//',
  '.php': '//',
};

/** Whether a file is source code that one more comment does not change. */
function isSource(path: string): boolean {
  return extname(path) in COMMENTS || extname(path) === '.html';
}

/**
 * The source file that a command starts, among some paths: `uvicorn api.main:app` is `api/main.py`. Else the first
 * source file there is; undefined where there is none.
 *
 * @param words the words of the command, a module or a path among them
 * @param paths POSIX paths of files
 */
export function startedSource(words: readonly string[], paths: readonly string[]): string | undefined {
  const sources = paths.filter(isSource).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  for (const word of words) {
    const named = candidates(word).find(path => isSource(path));
    const found = named && sources.find(path => path === named || path.endsWith(`/${named}`));
    if (found) return found;
  }
  const code = sources.filter(path => !/(^|\/)(tests?|docs|node_modules|\.[^/]+)\//.test(path));
  return code.find(path => !path.endsWith('__init__.py')) ?? code[0];
}

function candidates(word: string): string[] {
  const path = word.replace(/^\.?\//, '');
  const module = /^([A-Za-z_][\w.]*)(?::\w+)?$/.exec(word)?.[1];
  return module === undefined ? [path] : [path, `${module.replaceAll('.', '/')}.py`];
}

/**
 * Adds a comment to a source file of a copy. A link that leads out of it would change the file of the project itself, or
 * anybody's: such a file is left alone, as is what cannot be written for another reason.
 *
 * @param folder the copy: absolute
 * @param path relative to it
 * @param mark other than in every earlier proof: the engine keeps what it built, and would build the same line in no time
 * @returns whether the line was added
 */
export async function changeOneLine(folder: string, path: string, mark: string): Promise<boolean> {
  const decoded = await readDecoded(join(folder, path)).catch(() => undefined);
  if (!decoded || decoded.encodingProblem) return false;
  const { text: before } = decoded;
  const file = { path, before, after: `${before}${commentFor(extname(path), mark)}\n` };
  const { written } = await writeFiles([file], { root: folder, within: [folder] });
  return written.length > 0;
}

function commentFor(extension: string, mark: string): string {
  const change = `one line changed: ${mark}`;
  return extension === '.html' ? `<!-- ${change} -->` : `\n${COMMENTS[extension] ?? '#'} ${change}`;
}
