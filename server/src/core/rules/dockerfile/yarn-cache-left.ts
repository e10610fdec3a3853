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
    why: `Yarn 1 keeps every package that it installs unpacked in its cache (\`/usr/local/share/.cache/yarn\` for root,
\`~/.cache/yarn\` for others), so that the next install need not fetch it again. In an image there is no next install: beside
\`node_modules\` the layer holds all of it once more.

\`yarn cache clean\` in the same RUN takes it out. Where the same packages are installed again and again, a cache mount is
better still (\`RUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install --frozen-lockfile\`); Plimsoll is
quiet about those, and about stages that are thrown away.

Later releases of Yarn are left alone: with Plug'n'Play the program runs out of the cache. Which Yarn it is, Plimsoll reads
from \`packageManager\` in \`package.json\`, \`.yarnrc.yml\`, and the options of the command; where nothing tells, it is quiet.`,
    sources: ['https://classic.yarnpkg.com/en/docs/cli/cache', 'https://yarnpkg.com/features/caching'],
  },
  examples: [
    {
      before:
        'FROM node:22-slim\nWORKDIR /app\nCOPY package.json yarn.lock ./\nRUN «yarn install» --frozen-lockfile --production\nCOPY . .\n',
      after:
        'FROM node:22-slim\nWORKDIR /app\nCOPY package.json yarn.lock ./\nRUN yarn install --frozen-lockfile --production && yarn cache clean\nCOPY . .\n',
    },
    {
      title: 'A later Yarn may run the program out of its cache',
      before:
        'FROM node:22-slim\nRUN corepack enable\nWORKDIR /app\nCOPY package.json yarn.lock .yarnrc.yml ./\nRUN yarn install --immutable\nCOPY . .\n',
    },
  ],
  *check(file, context) {
    for (const left of cachesLeft(file, context, 'yarn cache')) {
      if (isReadAgain(file, left.run, left.writer, yarnCommand)) continue;
      if (yarnRelease(file, context.workspace, left.writer) !== 'classic') continue;
      yield {
        at: yarnCommand(left.writer)?.verbSpan ?? left.writer.span,
        message: `Yarn keeps its packages${left.size} in this layer a second time, which nothing reads again`,
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
