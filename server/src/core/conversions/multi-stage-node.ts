import { dockerfileConversion } from '../rule';
import { stageOffers } from '../stages/ecosystem';
import { NODE } from '../stages/node';

export const multiStageNode = dockerfileConversion({
  meta: {
    id: 'multi-stage-node',
    title: 'Build the Node project in a stage of its own',
    since: '0.2.0',
    summary:
      'Development dependencies and compilers stay in a builder stage; what ships is the built project with the dependencies of production on the slim twin of the image',
    safety: 'unsafe',
    why: `TypeScript, bundlers and test tools serve to build a project and nothing else, yet an image that builds ships them,
and \`node:22\` adds compilers and the headers of many libraries: some 700 MB over \`node:22-slim\`. All steps up to the
build stay as they are, in a stage called \`builder\`. That stage then takes out the development dependencies, and the
stage that ships copies the project's folder: built output, other files, and \`node_modules\` with its native modules as
they were compiled, on the same release of Debian. Settings, user, ports and command stay what they were.

It declines, and says which line, where the start is anything but \`node FILE\`, a script of \`package.json\` that is just
that, or \`next start\`; and where a step before the build may serve the running container. Look in the preview for a
package among \`devDependencies\` that the running application imports: it belongs to \`dependencies\`.`,
    sources: [
      'https://docs.docker.com/build/building/multi-stage/',
      'https://docs.npmjs.com/cli/v10/commands/npm-prune',
      'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md',
    ],
  },
  examples: [
    {
      before: `FROM node:22
WORKDIR /app

# dependencies change less often than the code
COPY package.json package-lock.json ./
RUN npm ci

COPY . .
RUN npm run build

ENV NODE_ENV=production
EXPOSE 3000
USER node
CMD ["node", "dist/main.js"]
`,
      files: {
        'package.json':
          '{"scripts": {"build": "tsc"}, "dependencies": {"express": "^5"}, "devDependencies": {"typescript": "^5"}}\n',
        'package-lock.json': '{}\n',
      },
      after: {
        Dockerfile: `FROM node:22 AS builder
WORKDIR /app

# dependencies change less often than the code
COPY package.json package-lock.json ./
RUN npm ci

COPY . .
RUN npm run build
RUN npm prune --omit=dev

FROM node:22-slim
WORKDIR /app
COPY --from=builder /app ./

ENV NODE_ENV=production
EXPOSE 3000
USER node
CMD ["node", "dist/main.js"]
`,
      },
    },
    {
      title: 'The container starts with a development tool',
      before: `FROM node:22
WORKDIR /app
COPY . .
RUN npm ci && npm run build
CMD ["npm", "start"]
`,
      files: {
        'package.json':
          '{"scripts": {"build": "tsc", "start": "ts-node src/main.ts"}, "devDependencies": {"ts-node": "^10"}}\n',
        'package-lock.json': '{}\n',
      },
      declined: 'line 5 starts with ts-node, which is a development dependency',
    },
  ],
  offers: stageOffers(NODE),
});
