import { posix } from 'node:path';
import type { InstalledPackage } from '../core/facts/engine';
import { normalizedName } from '../core/manifest/requirements';
import { compareText } from './file-table';

/** `flask-3.0.3.dist-info/RECORD`: the list of files that a distribution has installed. */
const RECORD = /(?:^|\/)((?:site|dist)-packages)\/([^/-]+)-([^/]+)\.dist-info\/RECORD$/;

/** True for the list of the files that a Python distribution has installed. @param path as an archive writes it */
export function isRecord(path: string): boolean {
  return RECORD.test(path);
}

/**
 * The Python distributions of an image, by name.
 *
 * @param files what a container sees, with bytes, by path without a leading slash
 * @param records texts of lists of installed files, by path; those that are not among the files are passed over
 * Source: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
 */
export function installedPackages(
  files: ReadonlyMap<string, number>,
  records: ReadonlyMap<string, string>,
): InstalledPackage[] {
  const compiled = compiledFiles(files);
  const packages = new Map<string, InstalledPackage>();
  for (const [path, text] of records) {
    const [, , written = '', version = ''] = RECORD.exec(path) ?? [];
    if (!files.has(path)) continue;
    const folder = posix.dirname(posix.dirname(path));
    const listed = recordedPaths(text);
    const own = new Set(listed.flatMap(file => withCompiled(posix.join(folder, file), compiled)));
    const name = normalizedName(written);
    const bytes = [...own].reduce((sum, file) => sum + (files.get(file) ?? 0), 0);
    // Some images hold a distribution twice, in a virtualenv and beside it: both have their weight.
    const before = packages.get(name)?.bytes ?? 0;
    packages.set(name, { name, version, bytes: bytes + before, modules: modulesOf(listed) });
  }
  return [...packages.values()].sort((a, b) => compareText(a.name, b.name));
}

/** The first column of a RECORD; a path with a comma or a quote in it stands in quotes. */
function recordedPaths(text: string): string[] {
  return text.split(/\r?\n/).flatMap(line => {
    const quoted = /^"((?:[^"]|"")*)"/.exec(line)?.[1]?.replaceAll('""', '"');
    const path = quoted ?? line.split(',', 1)[0];
    return path ? [path] : [];
  });
}

const COMPILED = /^(.*\/)__pycache__\/([^/]+?)\.[^./]+(?:\.opt-\d)?\.pyc$/;

/** Compiled files by the file that they were compiled from: not every installer records them. */
function compiledFiles(files: ReadonlyMap<string, number>): ReadonlyMap<string, readonly string[]> {
  const compiled = new Map<string, string[]>();
  for (const path of files.keys()) {
    const [, folder, name] = path.endsWith('.pyc') ? (COMPILED.exec(path) ?? []) : [];
    if (folder === undefined) continue;
    const source = `${folder}${name}.py`;
    compiled.set(source, [...(compiled.get(source) ?? []), path]);
  }
  return compiled;
}

function withCompiled(path: string, compiled: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [path, ...(compiled.get(path) ?? [])];
}

const MODULE = /^([^/][^./]*)(?:\.[^/]*)?\.(?:py|so|pyd)$/;
const NO_PACKAGE = /^(?:\.|tests?\/|docs?\/|examples?\/|__pycache__\/)|\.(?:dist-info|data|libs)\//;

/**
 * What a distribution lets one import: top-level modules, packages, and packages inside a namespace (a folder without
 * an `__init__.py` of this distribution) by their dotted name.
 */
function modulesOf(listed: readonly string[]): string[] {
  const sources = listed.filter(path => !NO_PACKAGE.test(path) && /\.(py|so|pyd)$/.test(path));
  const packages = new Set(
    sources.filter(path => path.endsWith('/__init__.py')).map(path => posix.dirname(path)),
  );
  const modules = new Set<string>();
  for (const path of sources) {
    const single = MODULE.exec(path)?.[1];
    const name = single ?? outermost(posix.dirname(path), packages);
    if (/^[A-Za-z_][\w./]*$/.test(name)) modules.add(name.replaceAll('/', '.'));
  }
  return [...modules].sort(compareText);
}

/** The outermost package that holds a folder; the folder itself where none does. */
function outermost(folder: string, packages: ReadonlySet<string>): string {
  const parts = folder.split('/');
  const depth = parts.findIndex((_, index) => packages.has(parts.slice(0, index + 1).join('/')));
  return depth === -1 ? folder : parts.slice(0, depth + 1).join('/');
}
