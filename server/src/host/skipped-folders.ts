/** Folders that hold what a tool made or fetched: no build reads them on purpose, and nobody edits files in them. */
const NAMES = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '.venv',
  'venv',
  'virtualenv',
  '.tox',
  '.nox',
  '__pycache__',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
]);

/** Stands in every virtualenv, whatever the folder is called (PEP 405). */
export const VIRTUALENV_MARK = 'pyvenv.cfg';

export function isSkippedFolder(name: string): boolean {
  return NAMES.has(name);
}

/** @param path POSIX */
export function isInSkippedFolder(path: string): boolean {
  return path.split('/').slice(0, -1).some(isSkippedFolder);
}
