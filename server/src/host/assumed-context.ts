import { posix } from 'node:path';
import { parseDockerfile } from '../core/dockerfile/parse';
import { ofKind } from '../core/dockerfile/query';
import { contextSource } from '../core/project/context-needs';

/**
 * The folder that a Dockerfile is most likely built with when nothing says so: the first candidate that holds
 * everything it copies by name.
 *
 * @param isThere whether there is a file or folder of this path, on the disk or in an editor
 * @param candidates POSIX; the likeliest first
 * @returns undefined where no candidate holds it all, or where it names nothing
 */
export async function assumedContext(
  isThere: (path: string) => Promise<boolean>,
  dockerfile: { readonly path: string; readonly text: string },
  candidates: readonly string[],
): Promise<string | undefined> {
  const sources = namedSources(dockerfile.path, dockerfile.text);
  if (sources.length === 0) return undefined;
  for (const folder of candidates) {
    const there = await Promise.all(sources.map(source => isThere(posix.join(folder, source))));
    if (there.every(Boolean)) return folder;
  }
  return undefined;
}

/** What it copies from the context by a name that is neither a pattern nor the whole context. */
function namedSources(path: string, text: string): string[] {
  const file = parseDockerfile(path, text);
  const sources = ofKind(file.instructions, 'COPY', 'ADD').flatMap(copy =>
    copy.sources.flatMap(source => (source.literal ? (contextSource(file, copy, source.text) ?? []) : [])),
  );
  return sources.filter(source => source !== '' && !/[*?[\]\\]/.test(source));
}
