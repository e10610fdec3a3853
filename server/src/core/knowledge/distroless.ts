// The images of GoogleContainerTools/distroless: what each holds of Debian.

/** The releases of Debian that they come in, by Debian's name. Source: https://github.com/GoogleContainerTools/distroless#what-images-are-available (2026-11) */
export const DISTROLESS_RELEASES = { bookworm: 'debian12', trixie: 'debian13' } as const;

/** What a program asks for: nothing, the C library with OpenSSL, or the runtime of C++ and the compiler too. */
export type DistrolessKind = 'static' | 'base' | 'cc';

/**
 * Packages that an image holds anyway, so that no step has to install them. Source:
 * https://github.com/GoogleContainerTools/distroless/tree/main/base, https://github.com/GoogleContainerTools/distroless/tree/main/cc (2026-11)
 */
export const DISTROLESS_HOLDS: Readonly<Record<DistrolessKind, readonly string[]>> = {
  static: ['ca-certificates', 'tzdata'],
  base: ['ca-certificates', 'tzdata', 'libc6', 'libssl3', 'libssl3t64'],
  cc: ['ca-certificates', 'tzdata', 'libc6', 'libssl3', 'libssl3t64', 'libgcc-s1', 'libstdc++6', 'libgomp1'],
};

/** Releases of Java that there is an image for, on bookworm. Source: https://github.com/GoogleContainerTools/distroless/tree/main/java (2026-11) */
export const DISTROLESS_JAVA: readonly string[] = ['17', '21'];

/** Users that `/etc/passwd` of all of them names. Source: https://github.com/GoogleContainerTools/distroless/tree/main/common (2026-11) */
export const DISTROLESS_USERS: readonly string[] = ['root', 'nobody', 'nonroot'];
