import { cleanPath } from './context-needs';
import type { WorkspaceFacts } from './workspace';

/**
 * The names of all packages in the `Cargo.lock` files of a build context, those for other systems among them.
 *
 * @returns undefined where there is none, or one cannot be read
 */
export function lockedCrates({ context, texts }: WorkspaceFacts): ReadonlySet<string> | undefined {
  if (!context) return undefined;
  const paths = [...context.files.keys()].filter(path => /(^|\/)Cargo\.lock$/.test(path));
  const locks = paths.map(path => texts.get(cleanPath(`${context.path}/${path}`)));
  if (locks.length === 0 || locks.includes(undefined)) return undefined;
  return new Set(locks.flatMap(text => crateNames(text ?? '')));
}

/**
 * Cargo writes the file by itself, always in this form: a line `name = "…"` for each package.
 * Source: https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html
 */
function crateNames(text: string): string[] {
  return [...text.matchAll(/^name = "([^"]+)"\r?$/gm)].map(match => match[1] ?? '');
}
