import { keepsNoCacheByConfig } from '../../analysis/installs/pip-config';
import { isDownloadKept } from '../../analysis/layers/kept-downloads';
import { cacheEvidence, sizeInWords } from '../../analysis/sizes/evidence';
import { addWordBehind } from '../../dockerfile/edit';
import type { Dockerfile, Run } from '../../dockerfile/model';
import { isMountedOver, ofKind, stagesThatShip } from '../../dockerfile/query';
import { environmentAt } from '../../dockerfile/run-environment';
import type { BuildTarget } from '../../project/workspace';
import { dockerfileRule } from '../../rule';
import { hasPipFlag, type PipCommand, pipInstall } from '../../shell/pip';

export const pipCacheLeft = dockerfileRule({
  meta: {
    id: 'pip-cache-left',
    category: 'size',
    severity: 'warning',
    since: '0.1.0',
    aliases: ['DL3042'],
    fix: 'safe',
    summary: '`pip install` leaves its download cache in the layer',
  },
  *check(file, { workspace, engine }) {
    for (const { install, run } of cachingInstalls(file, workspace.targets)) {
      if (isDownloadKept(file, run, install.command) || isCacheOff(install, file, run)) continue;
      const evidence = cacheEvidence(file, run, 'pip cache', engine);
      // Whatever took it away: it is not there.
      if (evidence?.bytes === 0) continue;
      const size = sizeInWords(evidence);
      yield {
        at: install.verbSpan,
        message: `pip leaves its download cache${size ? `, ${size},` : ''} in this layer, and nothing reads it again`,
        ...(evidence ? { evidence } : {}),
        fixes: () => [
          {
            title: 'Add --no-cache-dir',
            safety: 'safe',
            edits: [addWordBehind(run, install.command, install.verbWord, '--no-cache-dir')],
          },
        ],
      };
    }
  },
});

interface CachingInstall {
  readonly install: PipCommand;
  readonly run: Run;
}

/** Installs whose options keep the cache, in RUNs that neither mount nor remove it. */
function cachingInstalls(file: Dockerfile, targets: readonly BuildTarget[]): CachingInstall[] {
  const runs = stagesThatShip(file, targets).flatMap(stage => ofKind(stage.instructions, 'RUN'));
  return runs.flatMap(run => {
    const installs = run.script.commands
      .flatMap(command => pipInstall(command) ?? [])
      .filter(install => !keepsNoCache(install));
    const isLeft =
      installs.length > 0 && !isMountedOver(run, /\.cache\/?(pip[\s\S]*)?$/) && !removesCache(run);
    return isLeft ? installs.map(install => ({ install, run })) : [];
  });
}

function keepsNoCache(install: PipCommand): boolean {
  return hasPipFlag(install, '--no-cache-dir', '--no-cache', '--dry-run');
}

/** pip takes any non-empty word for yes except those that Python's own parser takes for no. */
function isCacheOff(install: PipCommand, file: Dockerfile, run: Run): boolean {
  if (keepsNoCacheByConfig(file, run, install.command)) return true;
  const environment = environmentAt(file, run, install.command);
  if (!environment.has('PIP_NO_CACHE_DIR')) return false;
  return (environment.get('PIP_NO_CACHE_DIR') ?? '1') !== '';
}

function removesCache(run: Run): boolean {
  return run.script.commands.some(
    ({ name, words }) =>
      (name === 'rm' && words.some(word => /\.cache(\/pip)?(\/\*)?\/?$/.test(word.text))) ||
      (/^pip/.test(name) && words[1]?.text === 'cache' && words[2]?.text === 'purge'),
  );
}
