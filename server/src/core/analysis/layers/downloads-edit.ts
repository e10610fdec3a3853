import type { Dockerfile, Run } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { removeCommands } from '../../dockerfile/remove-command';
import { removeWord } from '../../dockerfile/remove-word';
import { lineage } from '../../dockerfile/stage-graph';
import type { Command } from '../../shell/command';
import { uvCommand } from '../../shell/uv';
import { areDisjoint, type Edit, insert } from '../../text/edit';
import type { Word } from '../../text/word';
import { addCacheMounts } from './cache-mount';
import type { KeptDownloads } from './kept-downloads';
import { useUvCache } from './uv-cache';

/**
 * Adds the mounts that are missing, and takes out what would keep them empty: options, and commands that remove the
 * cache, which fail on the folder of a mount.
 *
 * @returns undefined where one of those is no plain link of the RUN
 */
export function keepDownloads(file: Dockerfile, kept: KeptDownloads): Edit[] | undefined {
  const { run, missing, uncached, removed, emptied } = kept;
  const added = missing.length > 0 ? addCacheMounts(file, run, missing) : [];
  const fighting = uncached.length + removed.length + emptied.length;
  if (!added || (run.form === 'exec' && fighting > 0)) return undefined;
  const removals = [...new Set(removed.map(it => it.command))];
  const gone = removals.filter(command => pathsBeside(kept, command).length === 0);
  const taken = [
    ...uncached
      .filter(({ command }) => command.name !== 'uv')
      .map(({ command, word }) => removeWord(file, command, word)),
    ...removals
      .filter(command => !gone.includes(command))
      .map(command => removeWord(file, command, ...cachePaths(kept, command))),
    removeCommands(file, run, [...gone, ...emptied]),
  ];
  if (taken.includes(undefined)) return undefined;
  const edits = [...added, ...taken.flatMap(it => it ?? []), ...forUv(file, kept), ...forApt(file, kept)];
  return areDisjoint(edits) ? edits : undefined;
}

/** The paths of caches that an `rm` removes. */
function cachePaths({ removed }: KeptDownloads, command: Command): Word[] {
  return removed.filter(it => it.command === command).map(it => it.word);
}

/** What it removes beside them. */
function pathsBeside(kept: KeptDownloads, command: Command): Word[] {
  const caches = cachePaths(kept, command);
  return command.words.slice(1).filter(it => !it.text.startsWith('-') && !caches.includes(it));
}

/** uv has to be told how to take packages out of the mount, and no longer to do without it. */
function forUv(file: Dockerfile, { run, downloads, missing, uncached }: KeptDownloads): Edit[] {
  if (run.form === 'exec' || missing.length + uncached.length === 0) return [];
  return downloads.flatMap(({ command }) => {
    const uv = uvCommand(command);
    return uv ? useUvCache(file, run, uv) : [];
  });
}

/** The images of Debian and Ubuntu throw every package away once it is installed. */
function forApt(file: Dockerfile, { run, downloads, missing }: KeptDownloads): Edit[] {
  const first = run.script.commands[0];
  const installs = missing.length > 0 && downloads.some(it => it.program === 'apt');
  if (!installs || !first || run.form !== 'shell' || !cleansItself(file, run)) return [];
  return [insert(first.span.start, 'rm -f /etc/apt/apt.conf.d/docker-clean && ')];
}

/** Nobody has switched off yet that apt in an image empties its cache after each install. */
function cleansItself(file: Dockerfile, run: Run): boolean {
  const stage = file.stages[run.stage];
  if (!stage) return false;
  return !lineage(file, stage)
    .flatMap(it => ofKind(it.instructions, 'RUN'))
    .flatMap(({ script }) => script.commands)
    .some(({ words }) => words.some(word => word.text.includes('docker-clean')));
}
