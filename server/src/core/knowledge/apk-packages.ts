import data from './apk-packages.json';
import type { DebianRelease } from './debian-releases';
import { entryOf, namesOf } from './table';

/** Debian's names for a package of Alpine, separated by a space; one string where every release calls them the same. */
export type AptNames = string | Readonly<Partial<Record<DebianRelease, string>>>;

/**
 * The packages of Debian with the same programs, libraries or headers as one of Alpine; empty where Debian has that in
 * its C library or needs none of it. Names hold for Debian 12 and 13, where nothing else stands. Undefined for packages
 * that are not known, among them those whose program has another meaning on Debian (`yq`, `crond`, `yarn`).
 */
export function debianNames(apkPackage: string): AptNames | undefined {
  return entryOf<AptNames>(data.names, apkPackage);
}

/** Every package of Alpine that has names on Debian here. */
export function knownApkPackages(): readonly string[] {
  return Object.keys(data.names);
}

/** The package of Debian with a program that BusyBox brings to every Alpine image and a slim image lacks. */
export function busyboxPackage(program: string): string | undefined {
  return entryOf(data.busyboxPackages, program);
}

const onlyBusybox = namesOf(() => data.onlyBusybox);

/** True for a program of BusyBox that Debian has nothing of the same name and meaning for. */
export function isOnlyBusybox(program: string): boolean {
  return onlyBusybox().has(program);
}

/** Where apk puts Python packages: for the Python of Alpine, not for that of the image. */
const PACKAGES_OF_APK = /\/usr\/lib\/python3\.\d+\/site-packages/;

/** A path in a text that packages of Alpine read or write, and those of Debian do not. */
export function alpinePathIn(text: string): string | undefined {
  return data.onlyAlpinePaths.find(path => text.includes(path)) ?? PACKAGES_OF_APK.exec(text)?.[0];
}

const inSlimImages = namesOf(() => data.inSlimImages);

/** True for a package of Debian that a slim Python image holds: apt may not purge it, for Python or apt would go with it. */
export function isInSlimImages(debianPackage: string): boolean {
  return inSlimImages().has(debianPackage);
}

/** Where the program of a package is on Alpine, and which file of Debian a link there has to lead to. */
export interface MovedProgram {
  readonly onAlpine: string;
  readonly onDebian: string;
}

/** The program of a package of Alpine, where Debian has it in another place: scripts call it by its place. */
export function movedProgram(apkPackage: string): MovedProgram | undefined {
  return entryOf<MovedProgram>(data.movedPrograms, apkPackage);
}
