import { generateDockerignore } from '../analysis/context/generated-dockerignore';
import { decline } from '../decline';
import type { NotOffered, Offer } from '../finding';
import { contextCopies } from '../project/context-copy';
import { dockerfileConversion } from '../rule';
import { formatBytes } from '../text/bytes';
import { listed } from '../text/sentence';

export const addDockerignore = dockerfileConversion({
  meta: {
    id: 'add-dockerignore',
    title: 'Add a .dockerignore for this build context',
    since: '0.1.0',
    summary: 'Writes an ignore file that keeps out of the build context what no build needs',
    why: `Without an ignore file, \`COPY . .\` sends and stores the version history, virtual environments, caches, logs, data
and files with passwords. The new file holds what lies in this folder and what is usual for its stack.

A path stays out of the file when a COPY, an ADD or a RUN of any Dockerfile in the folder names it, when the packaging
metadata does (the README that pyproject.toml names), or when code or a Compose command does. Look at the lines under
"logs and data" and "documentation and tests": a program may put a path together when it runs.`,
    safety: 'unsafe',
    sources: ['https://docs.docker.com/build/concepts/context/#dockerignore-files'],
  },
  examples: [
    {
      before: 'FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "server.js"]\n',
      files: {
        'package.json': '{ "name": "web", "dependencies": {} }\n',
        'server.js': 'console.log("up")\n',
        'node_modules/express/index.js': '@31MB',
        'coverage/index.html': '@2MB',
        'README.md': '# web\n',
      },
      after: {
        '.dockerignore':
          '# version control\n.git\n\n# installed packages\n**/node_modules\n\n# caches and what a build makes anew\n**/npm-debug.log*\ncoverage\n\n# editors and desktops\n**/.DS_Store\n\n# secrets\n**/.env\n**/.env.*\n**/*.env\n\n# container files\n**/Dockerfile*\n**/*.dockerignore\n\n# logs and data\n**/*.log\n\n# documentation and tests\nREADME*\n',
      },
    },
    {
      title: 'One applies already',
      before: 'FROM node:22-slim\nCOPY . .\n',
      files: { '.dockerignore': 'node_modules\n' },
      declined: '.dockerignore already applies to this build context',
    },
    {
      title: 'Nothing takes a folder out of the context',
      before: 'FROM python:3.12-slim\nCOPY main.py /app/\n',
      files: { 'main.py': 'print()\n' },
      declined: 'no COPY or ADD takes the whole build context or a folder of it',
    },
  ],
  offers(file, { workspace }): readonly (Offer | NotOffered)[] {
    const { context } = workspace;
    if (!context) return [decline('unknown-context')];
    if (context.ignoreFile) return [decline('ignore-file-applies', { path: context.ignoreFile.path })];
    if (context.incomplete === 'ignore-file') return [decline('unreadable-ignore-file')];
    const folders = contextCopies(file, workspace.targets).filter(
      ({ path }) => path === '' || context.entries.some(it => it.path === path && it.kind === 'folder'),
    );
    const copy = folders.find(it => it.path === '') ?? folders[0];
    if (!copy) return [decline('no-copy-of-context')];
    return [
      {
        kind: 'offer',
        at: copy.copy.span,
        changes: () => {
          const generated = generateDockerignore(file, context, workspace);
          const heaviest = generated.keepsOut.slice(0, 3).map(it => `${it.path} ${formatBytes(it.bytes)}`);
          const what = heaviest.length === 0 ? 'what no build needs' : listed(heaviest);
          return [{ kind: 'create', ...generated.file, because: `keeps ${what} out of the image` }];
        },
      },
    ];
  },
});
