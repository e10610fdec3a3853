// Packages that serve to compile, per package manager, and what is needed in their place when a program runs.
import type { ImageRef } from '../dockerfile/image-ref';
import type { PackageManager } from '../shell/packages';
import { DEBIAN_HEADERS } from './debian-headers';

export type DebianRelease = 'bullseye' | 'bookworm' | 'trixie';

export interface BuildPackage {
  /** A compiler, a program that drives or feeds one, or the headers of a library. */
  readonly kind: 'compiler' | 'build-program' | 'headers';
  /** Bytes that it adds to a slim image with all that it depends on; undefined where that is not known. */
  readonly bytes: number | undefined;
}

const MB = 1e6;

/** Where the sizes in this file come from. */
export const PACKAGE_SIZE_SOURCE = 'the package index of Debian bookworm';

/**
 * Compilers of apt with the bytes that they and their dependencies add to `python:3-slim` (`Installed-Size`, bookworm,
 * amd64, without recommended packages). They share most of those: the largest figure of several is what they add.
 * Source: https://packages.debian.org/bookworm/
 */
const APT_COMPILERS: Readonly<Record<string, number>> = {
  gcc: 180 * MB,
  'g++': 258 * MB,
  'build-essential': 314 * MB,
  clang: 403 * MB,
  gfortran: 245 * MB,
  cargo: 667 * MB,
  rustc: 649 * MB,
  golang: 464 * MB,
  'golang-go': 464 * MB,
  llvm: 239 * MB,
};

/** Likewise for the programs around a compiler. */
const APT_BUILD_PROGRAMS: Readonly<Record<string, number>> = {
  make: 1.6 * MB,
  cmake: 87 * MB,
  'ninja-build': 0.4 * MB,
  meson: 8 * MB,
  autoconf: 51 * MB,
  automake: 53 * MB,
  libtool: 212 * MB,
  'pkg-config': 0.3 * MB,
  pkgconf: 0.3 * MB,
  binutils: 34 * MB,
  'dpkg-dev': 90 * MB,
  swig: 6 * MB,
  bison: 4 * MB,
  flex: 2 * MB,
  nasm: 3.4 * MB,
  yasm: 1 * MB,
};

/** Source: https://pkgs.alpinelinux.org/packages */
const APK_COMPILERS = [
  'build-base',
  'gcc',
  'g++',
  'clang',
  'gfortran',
  'cargo',
  'rust',
  'go',
  'alpine-sdk',
  'llvm',
];
const APK_BUILD_PROGRAMS = [
  ...['make', 'cmake', 'ninja', 'ninja-build', 'samurai', 'meson', 'autoconf', 'automake', 'libtool'],
  ...['pkgconf', 'pkgconfig', 'binutils', 'swig', 'bison', 'flex', 'nasm', 'yasm', 'abuild', 'linux-headers'],
];

/** Source: https://packages.fedoraproject.org/ */
const DNF_COMPILERS = [
  'gcc',
  'gcc-c++',
  'clang',
  'gcc-gfortran',
  'cargo',
  'rust',
  'golang',
  'llvm',
  '@development-tools',
];
const DNF_BUILD_PROGRAMS = [
  ...['make', 'cmake', 'ninja-build', 'meson', 'autoconf', 'automake', 'libtool', 'pkgconf', 'pkgconfig'],
  ...['binutils', 'swig', 'bison', 'flex', 'nasm', 'yasm', 'rpm-build', 'kernel-headers'],
];

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
      return listed(name, APK_COMPILERS, APK_BUILD_PROGRAMS, /-dev$/);
    case 'dnf':
    case 'zypper':
      return listed(name, DNF_COMPILERS, DNF_BUILD_PROGRAMS, /-devel$/);
  }
}

function aptBuildPackage(name: string): BuildPackage | undefined {
  const unversioned = name.replace(/^(gcc|g\+\+|clang|gfortran|llvm|golang)-[\d.]+(-go)?$/, '$1');
  if (Object.hasOwn(APT_COMPILERS, unversioned))
    return { kind: 'compiler', bytes: APT_COMPILERS[unversioned] };
  if (Object.hasOwn(APT_BUILD_PROGRAMS, name))
    return { kind: 'build-program', bytes: APT_BUILD_PROGRAMS[name] };
  if (/^linux-headers-/.test(name)) return { kind: 'headers', bytes: undefined };
  if (!/-dev(-compat)?$/.test(name) || NOT_HEADERS.has(name)) return undefined;
  return { kind: 'headers', bytes: OTHER_HEADERS[name] ?? DEBIAN_HEADERS[name]?.bytes };
}

/** Packages that end in `-dev` without being headers. */
const NOT_HEADERS = new Set(['texlive-dev']);

/** Headers that stand for no library of their own. */
const OTHER_HEADERS: Readonly<Record<string, number>> = {
  'python3-dev': 60 * MB,
  'libc6-dev': 21 * MB,
  'musl-dev': 4 * MB,
};

function listed(
  name: string,
  compilers: readonly string[],
  programs: readonly string[],
  headers: RegExp,
): BuildPackage | undefined {
  if (compilers.includes(name)) return { kind: 'compiler', bytes: undefined };
  if (programs.includes(name)) return { kind: 'build-program', bytes: undefined };
  return headers.test(name) ? { kind: 'headers', bytes: undefined } : undefined;
}

/**
 * About how many bytes some packages of apt add to a slim image; undefined where none of them has a known size.
 * Compilers and their programs share most of what they depend on, so the largest of them counts, and all headers.
 */
export function aptBuildBytes(names: readonly string[]): number | undefined {
  const known = names.flatMap(name => {
    const found = aptBuildPackage(name);
    return found?.bytes === undefined ? [] : [{ kind: found.kind, bytes: found.bytes }];
  });
  if (known.length === 0) return undefined;
  const tools = known.filter(it => it.kind !== 'headers').map(it => it.bytes);
  const headers = known.filter(it => it.kind === 'headers').map(it => it.bytes);
  return Math.max(0, ...tools) + headers.reduce((sum, bytes) => sum + bytes, 0);
}

/** Images whose tags without the name of a distribution are Debian's current or previous stable release. */
const DEBIAN_BASED = [
  'python',
  'node',
  'ruby',
  'golang',
  'rust',
  'perl',
  'php',
  'nginx',
  'postgres',
  'redis',
  'debian',
];
const OTHER_SYSTEMS =
  /alpine|ubuntu|jammy|noble|focal|windows|nanoserver|buster|stretch|jessie|sid|testing|forky/;
const FLOATING: readonly DebianRelease[] = ['bookworm', 'trixie'];
const DEBIAN_VERSIONS: Readonly<Record<string, DebianRelease>> = {
  11: 'bullseye',
  12: 'bookworm',
  13: 'trixie',
};

/**
 * The Debian releases that an image may be of: one where its tag says so, two where the tag moves with time, none
 * where it is another system or nobody can tell.
 */
export function debianReleases(image: ImageRef): readonly DebianRelease[] {
  const name = image.name.replace(/^(docker\.io\/|index\.docker\.io\/)?(library\/)?/, '');
  const tag = image.tag ?? '';
  const named = (['bullseye', 'bookworm', 'trixie'] as const).find(release => tag.includes(release));
  if (named) return [named];
  if (!DEBIAN_BASED.includes(name) || OTHER_SYSTEMS.test(tag)) return [];
  if (name !== 'debian') return /^(2\.|3\.[0-6]([.-]|$))/.test(tag) && name === 'python' ? [] : FLOATING;
  const version = DEBIAN_VERSIONS[/^\d+/.exec(tag)?.[0] ?? ''];
  if (version) return [version];
  return /^($|latest|stable)/.test(tag) ? FLOATING : [];
}

/**
 * The packages with the libraries that a program built against a `-dev` package of Debian needs when it runs.
 *
 * @param releases what the image may be of, as `debianReleases` tells
 * @returns undefined where the package is not known, or the releases differ
 */
export function runtimeLibraries(
  devPackage: string,
  releases: readonly DebianRelease[],
): readonly string[] | undefined {
  const known = Object.hasOwn(DEBIAN_HEADERS, devPackage) ? DEBIAN_HEADERS[devPackage] : undefined;
  if (!known || releases.length === 0) return undefined;
  const { libraries } = known;
  const perRelease = releases.map(release =>
    typeof libraries === 'string' ? libraries : libraries[release],
  );
  const [first] = perRelease;
  // On 64-bit machines trixie's `libssl3t64` also answers to `libssl3`, the name that earlier releases use.
  const same = perRelease.every(it => it?.replaceAll('t64', '') === first?.replaceAll('t64', ''));
  return same ? first?.split(' ') : undefined;
}

/** `-dev` package of Alpine -> the package with the library; the names are those of Alpine 3.17 and later. */
const APK_LIBRARIES: Readonly<Record<string, string>> = {
  'postgresql-dev': 'libpq',
  'libpq-dev': 'libpq',
  'libffi-dev': 'libffi',
  'openssl-dev': 'libssl3',
  'libxml2-dev': 'libxml2',
  'libxslt-dev': 'libxslt',
  'jpeg-dev': 'libjpeg-turbo',
  'libjpeg-turbo-dev': 'libjpeg-turbo',
  'zlib-dev': 'zlib',
  'mariadb-dev': 'mariadb-connector-c',
  'mariadb-connector-c-dev': 'mariadb-connector-c',
  'curl-dev': 'libcurl',
  'freetype-dev': 'freetype',
  'tiff-dev': 'tiff',
  'libwebp-dev': 'libwebp',
  'libpng-dev': 'libpng',
  'geos-dev': 'geos',
  'yaml-dev': 'yaml',
  'sqlite-dev': 'sqlite-libs',
  'libmemcached-dev': 'libmemcached-libs',
  'librdkafka-dev': 'librdkafka',
  'libsodium-dev': 'libsodium',
  'gmp-dev': 'gmp',
};

/** Likewise for Alpine; undefined where the package is not known. Source: https://pkgs.alpinelinux.org/packages */
export function alpineRuntimeLibrary(devPackage: string): string | undefined {
  return Object.hasOwn(APK_LIBRARIES, devPackage) ? APK_LIBRARIES[devPackage] : undefined;
}
