import type { DebianRelease } from './debian-releases';
import data from './distroless.json';

/** The releases of Debian that the images come in. */
export type DistrolessRelease = Exclude<DebianRelease, 'bullseye'>;

/** How the names of images write a release: `debian12`. */
export function distrolessSuffix(release: DistrolessRelease): string {
  return data.releases[release];
}

/** What a program asks for: nothing, the C library with OpenSSL, or the runtime of C++ and the compiler too. */
export type DistrolessKind = 'static' | 'base' | 'cc';

/** Packages that an image holds anyway, so that no step has to install them. */
export function distrolessPackages(kind: DistrolessKind): readonly string[] {
  return data.packages[kind];
}

/** True for a release of Java that there is an image for, on bookworm. */
export function hasDistrolessJava(major: string): boolean {
  return data.java.includes(major);
}

/** True for a user that `/etc/passwd` of all of them names. */
export function isDistrolessUser(name: string): boolean {
  return data.users.includes(name);
}
