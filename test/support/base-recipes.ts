import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/machine/folders';
import { docker } from './engine';
import { loadBaseImages, namesToMake, recipeDigest, recipeLabel, standInLabel } from './stand-ins';

const folder = join(root, 'test/support/base-recipes');

/** Which stage of the Dockerfile in that folder stands in for which images: those that a project of a proof stands on. */
const bases = {
  node: ['node:22', 'node:22-bookworm'],
  'node-slim': ['node:22-slim', 'node:22-bookworm-slim', 'node:22-alpine'],
  golang: ['golang:1.23', 'golang:1.23-bookworm'],
  rust: ['rust:1', 'rust:1-bookworm'],
  maven: ['maven:3-eclipse-temurin-17'],
  jre: ['eclipse-temurin:17-jre'],
  'php-cli': ['php:8.2-cli-bookworm'],
  'php-fpm': ['php:8.2-fpm-bookworm'],
  'php-apache': ['php:8.2-apache-bookworm'],
  composer: ['composer:2'],
  ruby: ['ruby:3.1'],
  'ruby-slim': ['ruby:3.1-slim'],
  nginx: ['nginx:stable-alpine', 'nginx:1.27-alpine'],
  'nginx-unprivileged': ['nginxinc/nginx-unprivileged:stable-alpine'],
  'distroless-static': ['gcr.io/distroless/static-debian12:latest'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type BaseRecipe = keyof typeof bases;

/**
 * Has the engine know the names of these recipes beside those of `loadBaseImages`: by the image that is there, by
 * pulling, or by a stand-in made of packages, which takes a minute each. Rejects with what the engine says.
 */
export async function loadBases(wanted: Iterable<BaseRecipe>): Promise<void> {
  await loadBaseImages();
  const current = await digestOfAll();
  for (const recipe of new Set(wanted)) {
    const [first, ...others] = await namesToMake(bases[recipe], current);
    if (first === undefined) continue;
    const labels = [`${standInLabel}=true`, `${recipeLabel}=${current}`].flatMap(it => ['--label', it]);
    await docker('build', '--quiet', '--target', recipe, '--tag', first, ...labels, folder);
    for (const name of others) await docker('tag', first, name);
  }
}

/** Tells apart what goes into these images: their recipes, and the base images below them. */
async function digestOfAll(): Promise<string> {
  const digest = createHash('sha256').update(await recipeDigest());
  for (const name of (await readdir(folder)).sort()) digest.update(await readFile(join(folder, name)));
  return digest.digest('hex').slice(0, 12);
}
