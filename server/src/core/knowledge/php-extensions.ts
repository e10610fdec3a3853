import data from './php-extensions.json';
import { entryOf, namesOf } from './table';

/** Extensions that link with nothing but what every official image of PHP holds. */
const needingNone = namesOf(() => data.none);

/**
 * The `-dev` packages whose libraries an extension needs beside those of the image.
 *
 * @param options what it is configured with: `--with-jpeg`
 * @returns undefined for an extension, or an option with a library, that nobody has looked at
 */
export function extensionHeaders(name: string, options: readonly string[]): readonly string[] | undefined {
  const always = needingNone().has(name) ? [] : entryOf<readonly string[]>(data.needs, name);
  if (!always) return undefined;
  const known = entryOf<Readonly<Record<string, string>>>(data.options, name) ?? {};
  const added = options.filter(it => it.startsWith('--with-')).map(it => entryOf(known, it));
  if (Object.keys(known).length > 0 && added.includes(undefined)) return undefined;
  return [...always, ...added.flatMap(it => it ?? [])];
}
