import data from './python-wheels.json';
import { entryOf, namesOf } from './table';

/** Versions of Python as wheels name them. */
export type PythonTag = 'cp39' | 'cp310' | 'cp311' | 'cp312' | 'cp313' | 'cp314';

/** The first release with wheels for a Python, and the last one where newer ones have none. */
export type WheelRange = readonly [first: string, last?: string];

/** For which Pythons a package has wheels, on x86-64 and ARM alike: with glibc (Debian), with musl (Alpine). */
export interface PublishedWheels {
  readonly glibc: Readonly<Partial<Record<PythonTag, WheelRange>>>;
  readonly musl: Readonly<Partial<Record<PythonTag, WheelRange>>>;
}

const pure = namesOf(() => data.pure);

/** True for packages without compiled code: one wheel fits everywhere. */
export function isPurePackage(distribution: string): boolean {
  return pure().has(distribution);
}

/** The wheels of a package with compiled code: where a Python is missing, pip compiles. Undefined for all others. */
export function publishedWheels(distribution: string): PublishedWheels | undefined {
  return entryOf(data.compiled as unknown as Record<string, PublishedWheels>, distribution);
}

/** True for an extra of which all is known that it brings. */
export function isKnownExtra(distribution: string, extra: string): boolean {
  return entryOf<readonly string[]>(data.extras, distribution)?.includes(extra) ?? false;
}

/**
 * What a package or an extra needs, near or far, that has no wheels for the usual Pythons.
 *
 * @param requirement `uvicorn`, `uvicorn[standard]`
 */
export function compilesAlong(requirement: string, libc: keyof PublishedWheels): readonly string[] {
  return entryOf<Along>(data.compilesAlong, requirement)?.[libc] ?? [];
}

type Along = Readonly<Record<keyof PublishedWheels, readonly string[]>>;
