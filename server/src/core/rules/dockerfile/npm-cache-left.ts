import { cachesLeft, cleanAtTheEnd } from '../../analysis/layers/cache-left';
import { isReadAgain } from '../../analysis/layers/read-again';
import type { Dockerfile } from '../../dockerfile/model';
import { runCommands } from '../../dockerfile/query';
import { dockerfileRule } from '../../rule';
import { npmCommand } from '../../shell/node';
import { option } from '../../shell/options';
import { oncePer } from '../../text/once-per';

export const npmCacheLeft = dockerfileRule({
  meta: {
    id: 'npm-cache-left',
    category: 'size',
    severity: 'warning',
    since: '0.2.0',
    fix: 'safe',
    summary: '`npm ci` and `npm install` leave their download cache in the layer',
  },
  *check(file, context) {
    for (const left of cachesLeft(file, context, 'npm cache')) {
      if (isReadAgain(file, left.run, left.writer, npmCommand)) continue;
      yield {
        at: npmCommand(left.writer)?.verbSpan ?? left.writer.span,
        message: `npm leaves its download cache${left.size} in this layer, and nothing reads it again`,
        ...(left.evidence ? { evidence: left.evidence } : {}),
        fixes: () => (installsOffline(file) ? [] : cleanAtTheEnd(file, left, 'npm cache clean --force')),
      };
    }
  },
});

/** An install without the network lives on the cache. */
const installsOffline = oncePer((file: Dockerfile): boolean =>
  runCommands(file.stages).some(({ command }) => {
    const npm = npmCommand(command);
    return npm !== undefined && option(npm.line, '--offline') !== undefined;
  }),
);
