import { type CacheLeft, cachesLeft, cleanAtTheEnd } from '../../analysis/layers/cache-left';
import type { Dockerfile } from '../../dockerfile/model';
import { runsOf } from '../../dockerfile/query';
import { stagesOn } from '../../dockerfile/stage-graph';
import type { Fix } from '../../finding';
import { dockerfileRule } from '../../rule';

export const packageCacheLeft = dockerfileRule({
  meta: {
    id: 'package-cache-left',
    category: 'size',
    severity: 'info',
    since: '0.3.0',
    fix: 'safe',
    summary: 'Composer, Poetry or conda leaves its download cache in the layer',
  },
  *check(file, context) {
    for (const left of cachesLeft(file, context, 'Composer cache', 'Poetry cache', 'conda packages')) {
      if (isUsedAgain(file, left)) continue;
      yield {
        at: left.writer.words[0]?.span ?? left.writer.span,
        message: `${left.writer.name} leaves its download cache${left.size} in this layer, and nothing reads it again`,
        ...(left.evidence ? { evidence: left.evidence } : {}),
        fixes: () => cleaningFixes(file, left),
      };
    }
  },
});

/** True where a later step runs the same program, which may read its cache. */
function isUsedAgain(file: Dockerfile, { run, writer }: CacheLeft): boolean {
  const stage = file.stages[run.stage];
  const later = stage ? stagesOn(file, stage).flatMap(runsOf) : [];
  return later.some(
    it => it.span.start > run.span.start && it.script.commands.some(({ name }) => name === writer.name),
  );
}

function cleaningFixes(file: Dockerfile, left: CacheLeft): Fix[] {
  switch (left.cache) {
    case 'Composer cache':
      return cleanAtTheEnd(file, left, 'composer clear-cache');
    case 'Poetry cache':
      return cleanAtTheEnd(file, left, 'rm -rf ~/.cache/pypoetry/cache ~/.cache/pypoetry/artifacts');
    default:
      return cleanAtTheEnd(file, left, `${left.writer.name} clean -ay`);
  }
}
