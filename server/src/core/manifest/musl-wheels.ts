import type { Dockerfile, Stage } from '../dockerfile/model';
import type { WorkspaceFacts } from '../facts/workspace';
import type { PythonTag } from '../knowledge/python-wheels';
import { joinPath } from '../text/path';
import { installersIn } from './installers';
import { installing, type Libc } from './prebuilt-wheels';
import { pythonInstalls } from './python-installs';
import { type LockedPackage, type LockedPackages, parsePythonLock } from './python-lock';
import { normalizedName } from './requirements';

/** How the Python packages of a stage install with musl, the C library of Alpine. */
export interface MuslInstalls {
  /** Packages that compile on Alpine and have a wheel for Debian, as the index or the lock file calls them. */
  readonly compiled: readonly string[];
  /** True where packages are installed of which nobody here knows whether they have wheels. */
  readonly someUnknown: boolean;
}

/** Compares what a stage installs with the wheels that are published for it, by its lock file where there is one. */
export function muslInstalls(
  file: Dockerfile,
  stage: Stage,
  python: PythonTag,
  workspace: WorkspaceFacts,
): MuslInstalls {
  const { requirements, complete } = pythonInstalls(file, stage, workspace);
  const lock = lockOf(file, stage, workspace);
  const compiled = requirements.flatMap(wanted => {
    const locked = lock && closure(normalizedName(wanted.name), lock);
    if (locked && locked.length > 0)
      return locked.filter(it => compilesOnlyOnMusl(it, python)).map(it => it.name);
    const musl = installing(wanted, python, 'musl');
    const glibc = installing(wanted, python, 'glibc');
    if (musl.kind !== 'compiles' || glibc.kind === 'unknown') return [];
    return musl.packages.filter(name => glibc.kind === 'wheels' || !glibc.packages.includes(name));
  });
  const someUnknown =
    !complete ||
    requirements.some(
      wanted =>
        !lock?.has(normalizedName(wanted.name)) && installing(wanted, python, 'musl').kind === 'unknown',
    );
  return { compiled: [...new Set(compiled)], someUnknown };
}

/** The lock file beside a manifest that the stage installs. */
function lockOf(file: Dockerfile, stage: Stage, workspace: WorkspaceFacts): LockedPackages | undefined {
  const manifests = installersIn(file, workspace)
    .filter(it => it.stage === stage)
    .map(it => it.manifest);
  for (const manifest of manifests) {
    const folder = manifest.split('/').slice(0, -1).join('/');
    for (const name of ['uv.lock', 'poetry.lock']) {
      const path = joinPath(folder, name);
      const text = workspace.texts.get(path);
      if (text !== undefined) return parsePythonLock(path, text);
    }
  }
  return undefined;
}

/** A locked package with all that it needs; empty where the lock file does not hold it. */
function closure(name: string, lock: LockedPackages): LockedPackage[] {
  const names = new Set([name]);
  for (const one of names) for (const need of lock.get(one)?.needs ?? []) names.add(need);
  return [...names].flatMap(one => lock.get(one) ?? []);
}

function compilesOnlyOnMusl({ wheels }: LockedPackage, python: PythonTag): boolean {
  const fits = (libc: Libc) => wheels.some(wheel => wheelFits(wheel.file, python, libc));
  return fits('glibc') && !fits('musl');
}

/**
 * Whether a wheel installs on x86-64 with this Python and C library, by the tags of its name.
 * Source: https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/
 */
export function wheelFits(file: string, python: PythonTag, libc: Libc): boolean {
  const [pythons = '', abi = '', platforms = ''] = file
    .replace(/\.whl$/, '')
    .split('-')
    .slice(-3);
  return (
    fitsPython(pythons.split('.'), abi, python) && platforms.split('.').some(it => fitsPlatform(it, libc))
  );
}

function fitsPython(tags: readonly string[], abi: string, python: PythonTag): boolean {
  if (abi === 'none') return tags.some(tag => tag === 'py3' || tag === python);
  if (abi === 'abi3') return tags.some(tag => /^cp3\d+$/.test(tag) && minorOf(tag) <= minorOf(python));
  return tags.includes(python) && abi === python;
}

function minorOf(tag: string): number {
  return Number(tag.slice('cp3'.length));
}

function fitsPlatform(platform: string, libc: Libc): boolean {
  if (platform === 'any') return true;
  return platform.endsWith('_x86_64') && platform.startsWith(libc === 'musl' ? 'musllinux' : 'manylinux');
}
