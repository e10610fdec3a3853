import { cachesLeft, cleanAtTheEnd } from '../../analysis/layers/cache-left';
import { isReadAgain } from '../../analysis/layers/read-again';
import type { Dockerfile } from '../../dockerfile/model';
import { runCommands } from '../../dockerfile/query';
import { dockerfileRule } from '../../rule';
import { yarnCommand } from '../../shell/node';
import { option } from '../../shell/options';
import { oncePer } from '../../text/once-per';
import { yarnRelease } from './yarn-cache-left/yarn-release';

export const yarnCacheLeft = dockerfileRule({
  meta: {
    id: 'yarn-cache-left',
    category: 'size',
    severity: 'warning',
    since: '0.2.0',
    aliases: ['DL3060'],
    fix: 'safe',
    summary: '`yarn install` of Yarn 1 leaves its cache in the layer',
  },
  *check(file, context) {
    for (const left of cachesLeft(file, context, 'yarn cache')) {
      if (isReadAgain(file, left.run, left.writer, yarnCommand)) continue;
      if (yarnRelease(file, context.workspace, left.writer) !== 'classic') continue;
      yield {
        at: yarnCommand(left.writer)?.verbSpan ?? left.writer.span,
        message: `Yarn leaves its download cache${left.size} in this layer, and nothing reads it again`,
        ...(left.evidence ? { evidence: left.evidence } : {}),
        fixes: () => (installsOffline(file) ? [] : cleanAtTheEnd(file, left, 'yarn cache clean')),
      };
    }
  },
});

/** An install without the network lives on the cache. */
const installsOffline = oncePer((file: Dockerfile): boolean =>
  runCommands(file.stages).some(({ command }) => {
    const yarn = yarnCommand(command);
    return yarn !== undefined && option(yarn.line, '--offline') !== undefined;
  }),
);
