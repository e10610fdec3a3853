import type { Dockerfile, Run } from '../../dockerfile/model';
import { removeWord } from '../../dockerfile/remove-word';
import { stateBefore } from '../../dockerfile/stage-state';
import { type UvCommand, uncachedOption, uvOption } from '../../shell/uv';
import { type Edit, insert, replace } from '../../text/edit';

/** Verbs that put packages somewhere, and know `--link-mode`. */
const LINKING = ['sync', 'run', 'add', 'remove', 'pip install', 'pip sync', 'tool install', 'tool run'];

/** Has uv copy packages out of its cache, where it would try to link them and nothing says how. */
export function linkByCopy(file: Dockerfile, run: Run, uv: UvCommand): Edit[] {
  const links = LINKING.includes(uv.verb) && !choosesLinkMode(file, run, uv);
  return links ? [insert(uv.verbSpan.end, ' --link-mode=copy')] : [];
}

/**
 * Lets uv use a cache that is mounted: drops the option that keeps uv from it, and has packages copied out of it, for a
 * hard link cannot lead from one file system into another.
 * Source: https://docs.astral.sh/uv/guides/integration/docker/#caching
 */
export function useUvCache(file: Dockerfile, run: Run, uv: UvCommand): Edit[] {
  const uncached = uncachedOption(uv);
  const linked = linkByCopy(file, run, uv);
  if (!uncached) return linked;
  const behindVerb = uncached.word.span.start > uv.verbSpan.end;
  if (linked.length > 0 && behindVerb && isAlone(uncached.word.text))
    return [replace(uncached.word.span, '--link-mode=copy')];
  const { word } = uncached;
  if (!isAlone(word.text)) return [...linked, replace(word.span, word.text.replace('n', ''))];
  return [...linked, ...removeWord(file, uv.command, word)];
}

function choosesLinkMode(file: Dockerfile, run: Run, uv: UvCommand): boolean {
  return (
    uvOption(uv, '--link-mode') !== undefined ||
    uv.command.assignments.some(it => it.name === 'UV_LINK_MODE') ||
    stateBefore(file, run).env.has('UV_LINK_MODE')
  );
}

/** `-n`, but not the `n` of `-qn`. */
function isAlone(option: string): boolean {
  return option.startsWith('--') || option.length === 2;
}
