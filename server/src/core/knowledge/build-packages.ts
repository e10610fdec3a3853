import type { PackageManager } from '../shell/packages';
import data from './build-packages.json';
import { debianHeaders } from './debian-headers';
import { entryOf } from './table';

export interface BuildPackage {
  /** A compiler, a program that drives or feeds one, or the headers of a library. */
  readonly kind: 'compiler' | 'build-program' | 'headers';
  /** Bytes that it adds to a slim image with all that it depends on; undefined where that is not known. */
  readonly bytes: number | undefined;
}

/** Where these sizes come from. */
export const PACKAGE_SIZE_SOURCE = 'the package index of Debian bookworm';

/**
 * What a package is for, where it serves to compile; undefined for all others.
 *
 * @param name without version, release and architecture
 */
export function buildPackage(manager: PackageManager, name: string): BuildPackage | undefined {
  switch (manager) {
    case 'apt':
      return aptBuildPackage(name);
    case 'apk':
      return listed(name, data.apk, /-dev$/);
    case 'dnf':
    case 'zypper':
      return listed(name, data.dnf, /-devel$/);
  }
}

function aptBuildPackage(name: string): BuildPackage | undefined {
  const { compilers, programs, headers, notHeaders } = data.apt;
  const unversioned = name.replace(/^(gcc|g\+\+|clang|gfortran|llvm|golang)-[\d.]+(-go)?$/, '$1');
  const ofCompiler = entryOf(compilers, unversioned);
  if (ofCompiler !== undefined) return { kind: 'compiler', bytes: ofCompiler };
  const ofProgram = entryOf(programs, name);
  if (ofProgram !== undefined) return { kind: 'build-program', bytes: ofProgram };
  if (/^linux-headers-/.test(name)) return { kind: 'headers', bytes: undefined };
  if (!/-dev(-compat)?$/.test(name) || notHeaders.includes(name)) return undefined;
  return { kind: 'headers', bytes: entryOf(headers, name) ?? debianHeaders(name)?.bytes };
}

interface Lists {
  readonly compilers: readonly string[];
  readonly programs: readonly string[];
}

function listed(name: string, { compilers, programs }: Lists, headers: RegExp): BuildPackage | undefined {
  if (compilers.includes(name)) return { kind: 'compiler', bytes: undefined };
  if (programs.includes(name)) return { kind: 'build-program', bytes: undefined };
  return headers.test(name) ? { kind: 'headers', bytes: undefined } : undefined;
}

/** The package of Alpine with the library behind a `-dev` package; undefined where that is not known. */
export function alpineRuntimeLibrary(devPackage: string): string | undefined {
  return entryOf(data.apk.libraries, devPackage);
}
