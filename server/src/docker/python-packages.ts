import { posix } from 'node:path';
import { normalizedName } from '../core/manifests/requirements';
import type { InstalledPackage } from '../core/project/engine';
import { compareText } from './heaviest';
import type { SeenFiles } from './overlay';

/** `flask-3.0.3.dist-info/RECORD`: the list of files that a distribution has installed. */
const RECORD = /(?:^|\/)((?:site|dist)-packages)\/([^/-]+)-([^/]+)\.dist-info\/RECORD$/;

/** True for the list of the files that a Python distribution has installed. @param path as an archive writes it */
export function isRecord(path: string): boolean {
  return RECORD.test(path);
}

/**
 * The Python distributions of an image, by name.
 *
 * @param files what a container sees
 * @param records texts of lists of installed files, by path without a leading slash; those that are not among the
 * files are passed over
 * Source: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
 */
export function installedPackages(
  files: SeenFiles,
  records: ReadonlyMap<string, string>,
): InstalledPackage[] {
  const compiled = new CompiledFiles(files);
  const packages = new Map<string, InstalledPackage>();
  for (const [path, text] of records) {
    const [, , written = '', version = ''] = RECORD.exec(path) ?? [];
    if (!files.has(path)) continue;
    const folder = posix.dirname(posix.dirname(path));
    const listed = recordedPaths(text);
    const own = new Set(listed.flatMap(file => compiled.with(posix.join(folder, file))));
    const name = normalizedName(written);
    const bytes = files.bytesOf(own);
    // Some images hold a distribution twice, in a virtualenv and beside it: both have their weight.
    const before = packages.get(name)?.bytes ?? 0;
    packages.set(name, { name, version, bytes: bytes + before, modules: modulesOf(listed) });
  }
  return [...packages.values()].sort((a, b) => compareText(a.name, b.name));
}

/** The first column of a RECORD; a path with a comma or a quote in it is in quotes. */
function recordedPaths(text: string): string[] {
  return text.split(/\r?\n/).flatMap(line => {
    const quoted = /^"((?:[^"]|"")*)"/.exec(line)?.[1]?.replaceAll('""', '"');
    const path = quoted ?? line.split(',', 1)[0];
    return path ? [path] : [];
  });
}

const COMPILED = /^([^/]+?)\.[^./]+(?:\.opt-\d)?\.pyc$/;

/** So many names of compiled files are remembered; a folder is asked for again where that is not enough. */
const REMEMBERED_NAMES = 200_000;

/** Compiled files by the file that they were compiled from: not every installer records them. */
class CompiledFiles {
  /** For each folder asked about: the names of compiled files by the name of their source without `.py`. */
  private readonly folders = new Map<string, ReadonlyMap<string, readonly string[]>>();
  private remembered = 0;

  constructor(private readonly files: SeenFiles) {}

  /** The file itself and what was compiled from it. */
  with(path: string): readonly string[] {
    if (!path.endsWith('.py')) return [path];
    const folder = `${posix.dirname(path)}/__pycache__`;
    const compiled = this.folders.get(folder) ?? this.remember(folder);
    const names = compiled.get(posix.basename(path, '.py')) ?? [];
    return [path, ...names.map(name => `${folder}/${name}`)];
  }

  private remember(folder: string): ReadonlyMap<string, readonly string[]> {
    const compiled = this.compiledIn(folder);
    if (this.remembered > REMEMBERED_NAMES) {
      this.folders.clear();
      this.remembered = 0;
    }
    this.remembered += compiled.size + 1;
    this.folders.set(folder, compiled);
    return compiled;
  }

  private compiledIn(folder: string): ReadonlyMap<string, readonly string[]> {
    const compiled = new Map<string, string[]>();
    for (const name of this.files.namesIn(folder)) {
      const source = COMPILED.exec(name)?.[1];
      if (source === undefined) continue;
      const known = compiled.get(source);
      if (known) known.push(name);
      else compiled.set(source, [name]);
    }
    return compiled;
  }
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
