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
    why: `npm keeps the archive of every package that it downloads in \`~/.npm\`, so that the next install need not fetch
it again. In an image there is no next install: beside \`node_modules\` the layer holds all of it once more, packed.

\`npm cache clean --force\` in the same RUN takes it out (\`--force\` is what npm asks for since its cache mends itself, and
harms nothing here). Where the same packages are installed again and again, a cache mount is better still
(\`RUN --mount=type=cache,target=/root/.npm npm ci\`): the layer stays small and the next build finds the files; Plimsoll is
quiet about those. A stage that is thrown away may keep its cache.

pnpm's store needs no such thing: \`node_modules\` is made of hard links into it, so its files are there once.`,
    sources: [
      'https://docs.npmjs.com/cli/v11/commands/npm-cache',
      'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
    ],
  },
  examples: [
    {
      before:
        'FROM node:22-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN «npm ci» --omit=dev\nCOPY . .\n',
      after:
        'FROM node:22-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY . .\n',
    },
    {
      title: 'A cache mount already keeps it out of the layer',
      before:
        'FROM node:22-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci --omit=dev\n',
    },
    {
      title: 'A builder stage is thrown away, and its cache with it',
      before:
        'FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nFROM nginx:1.27-alpine\nCOPY --from=build /app/dist /usr/share/nginx/html\n',
    },
  ],
  *check(file, context) {
    for (const left of cachesLeft(file, context, 'npm cache')) {
      if (isReadAgain(file, left.run, left.writer, npmCommand)) continue;
      yield {
        at: npmCommand(left.writer)?.verbSpan ?? left.writer.span,
        message: `npm keeps its downloads${left.size} in this layer a second time, which nothing reads again`,
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
