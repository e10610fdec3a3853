// What packages of the npm registry take from the full image of Node (buildpack-deps) and the slim one lacks.

/**
 * Packages of apt that make the slim image do; an empty list where nothing is sure to. Sources: each project's own
 * installation notes, such as https://www.prisma.io/docs/orm/reference/system-requirements,
 * https://github.com/brianc/node-pg-native#install, https://github.com/Automattic/node-canvas#compiling and
 * https://github.com/aheckmann/gm#getting-started.
 */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  '@prisma/client': ['openssl', 'ca-certificates'],
  'pg-native': ['libpq5'],
  libpq: ['libpq5'],
  'simple-git': ['git', 'ca-certificates'],
  canvas: [],
  gm: [],
  imagemagick: [],
  kerberos: [],
  'node-rdkafka': [],
  'mongodb-client-encryption': [],
  oracledb: [],
  odbc: [],
  puppeteer: [],
  playwright: [],
  nodegit: [],
};

/** Packages of apt that a Node package needs on a slim image; undefined where it needs none that is known. */
export function nodeSystemNeeds(name: string): readonly string[] | undefined {
  return Object.hasOwn(NEEDS, name) ? NEEDS[name] : undefined;
}
