import { optionValues, type UvCommand, uncachedOption, uvOption } from '../shell/uv';
import { type Edit, insert, replace } from '../text/edit';
import { addCacheMounts, type CacheMount, keepsBetweenBuilds } from './cache-mount';
import type { Dockerfile, Run } from './model';
import { removeWord } from './remove-word';
import { runUser } from './run-user';
import { stateBefore } from './stage-state';

/**
 * The mount that keeps uv's downloads between builds: `UV_CACHE_DIR`, else `~/.cache/uv` of who runs it.
 * Source: https://docs.astral.sh/uv/concepts/cache/#cache-directory
 *
 * @returns undefined where the folder or its owner is not known for certain
 */
export function uvCacheMount(file: Dockerfile, run: Run, uv: UvCommand): CacheMount | undefined {
  const { env } = stateBefore(file, run);
  const user = runUser(file, run);
  // `sudo` and the like are somebody else, with another home.
  if (!user || uv.command.wrappers.length > 0) return undefined;
  const folder = (name: string) =>
    uv.command.assignments.find(it => it.name === name)?.value ?? env.get(name);
  const isUnknown = (name: string) => env.has(name) && env.get(name) === undefined;
  if (['UV_CACHE_DIR', 'XDG_CACHE_HOME'].some(isUnknown)) return undefined;
  const xdg = folder('XDG_CACHE_HOME') ?? `${user.home}/.cache`;
  const target = optionValues(uv.line, '--cache-dir')[0]?.text ?? folder('UV_CACHE_DIR') ?? `${xdg}/uv`;
  return /^\/[\w./-]+$/.test(target) ? { target, owner: user } : undefined;
}

/**
 * Lets uv keep its downloads in a mount: adds it, drops the option that keeps uv from its cache, and has packages
 * copied out of it, for a hard link cannot lead from one file system into another.
 * Source: https://docs.astral.sh/uv/guides/integration/docker/#caching
 *
 * @param commands every uv of the RUN that fetches packages
 */
export function keepUvCache(file: Dockerfile, run: Run, commands: readonly UvCommand[]): Edit[] | undefined {
  // The words of an exec form are JSON strings.
  if (run.form === 'exec' || run.script.broken) return undefined;
  const mounts = new Map<string, CacheMount>();
  for (const uv of commands) {
    const mount = uvCacheMount(file, run, uv);
    if (!mount) return undefined;
    if (!keepsBetweenBuilds(run, mount.target)) mounts.set(mount.target, mount);
  }
  const added = mounts.size > 0 ? addCacheMounts(file, run, [...mounts.values()]) : [];
  return added && [...added, ...commands.flatMap(uv => useMount(file, run, uv))];
}

/** Verbs that put packages somewhere, and know `--link-mode`. */
const LINKING = ['sync', 'run', 'add', 'remove', 'pip install', 'pip sync', 'tool install', 'tool run'];

/** Has uv copy packages out of its cache, where it would try to link them and nothing says how. */
export function linkByCopy(file: Dockerfile, run: Run, uv: UvCommand): Edit[] {
  const links = LINKING.includes(uv.verb) && !choosesLinkMode(file, run, uv);
  return links ? [insert(uv.verbSpan.end, ' --link-mode=copy')] : [];
}

function useMount(file: Dockerfile, run: Run, uv: UvCommand): Edit[] {
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
