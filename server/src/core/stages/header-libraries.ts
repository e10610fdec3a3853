import { runtimeLibraries } from '../knowledge/debian-headers';
import type { DebianRelease } from '../knowledge/debian-releases';

/** Headers that a build reads and no program needs a library for: of C itself, and of the compiler behind bindgen. */
const FOR_THE_BUILD = /^(libc6-dev|linux-libc-dev|libclang(-[\d.]+)?-dev|llvm(-[\d.]+)?-dev)$/;

/** The packages that a compiled program needs for one of headers; undefined if it is not known. */
export function librariesOf(
  headers: string,
  releases: readonly DebianRelease[],
): readonly string[] | undefined {
  return FOR_THE_BUILD.test(headers) ? [] : runtimeLibraries(headers, releases);
}
