/**
 * Packages that Debian only recommends, but without which what was asked for does not do what people install it for.
 * By the package that is asked for; read from the package index of Debian bookworm in November 2026.
 * Source: https://packages.debian.org/bookworm/
 */
export const NEEDED_RECOMMENDS: Readonly<Record<string, string>> = {
  // Without it no server's certificate can be checked, so no https address can be read.
  curl: 'ca-certificates',
  git: 'ca-certificates',
  wget: 'ca-certificates',
  // Without the headers of the C library nothing compiles.
  clang: 'libc6-dev',
  gcc: 'libc6-dev',
};

/** Packages that bring one of these along by depending on it. */
export const BRINGS: Readonly<Record<string, readonly string[]>> = {
  'libc6-dev': ['build-essential', 'g++', 'libc-dev', 'libstdc++-12-dev', 'cargo', 'rustc'],
  'ca-certificates': ['python3-pip', 'openjdk-17-jre-headless', 'default-jre', 'default-jre-headless'],
};
