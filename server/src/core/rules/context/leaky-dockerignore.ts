import type { Finding } from '../../finding';
import { contextCopies } from '../../project/context-copy';
import type { BuildContext, IgnoreFile } from '../../project/workspace';
import { dockerfileRule } from '../../rule';
import { formatBytes } from '../../text/bytes';
import { listed } from '../../text/sentence';
import { closeLeaks, type IgnoreLeaks, ignoreLeaks } from './leaky-dockerignore/ignore-leaks';

export const leakyDockerignore = dockerfileRule({
  meta: {
    id: 'leaky-dockerignore',
    category: 'size',
    severity: 'warning',
    since: '0.1.0',
    fix: 'unsafe',
    fixRisk: `What the new lines name is no longer copied. Plimsoll adds no line for what a COPY, a RUN, the packaging
metadata, a Compose command or the code that it could read names, but a program may read a file that nothing names, a
\`.env\` above all: hand such a file to the container when it starts.`,
    summary:
      'The `.dockerignore` lets version history, installed packages, caches, logs or secrets into a copy',
    why: `An ignore file that forgets something is easy to overlook: the build works, and the image carries the version
history, a virtual environment, logs or a file with passwords. All of it is sent to the engine at every build, stored in
the layer, and pushed and pulled with the image. A secret stays readable in the layer even if a later step deletes it.

A frequent cause is that these patterns are not those of \`.gitignore\`: \`__pycache__\`, \`node_modules\` and \`.env\` match
only at the root of the build context. \`**/node_modules\` matches in every folder.

The finding counts what lies on the disk now and what this \`COPY\` takes. The fix appends lines for just that to the
ignore file. A line with \`!\` keeps its effect: where a pattern would shut out what it takes back, the fix names the
paths one by one. Where nothing secret leaks and it weighs less than a megabyte, this is only a hint.`,
    sources: [
      'https://docs.docker.com/build/concepts/context/#dockerignore-files',
      'https://docs.docker.com/build/concepts/context/#syntax',
    ],
  },
  examples: [
    {
      title: 'The patterns match at the root only, and nobody thought of tokens.env',
      before: 'FROM python:3.10-slim\nWORKDIR /app\nCOPY «.» /app\n',
      files: {
        '.dockerignore': '.git\n.env\nnode_modules\n*.log\n',
        'madre/main.py': 'print()\n',
        'tokens.env': 'TOKEN=x\n',
        'frontend/node_modules/react/index.js': '@120MB',
        'forensic/crash_1/report.txt': '@14MB',
        'logs/madre.log': '@22MB',
      },
      changed: {
        '.dockerignore': '.git\n.env\nnode_modules\n*.log\n**/node_modules\n**/*.env\n**/*.log\nforensic/*\n',
      },
    },
    {
      title: 'Everything is kept out but what is needed',
      before: 'FROM python:3.12-slim\nCOPY . /app\n',
      files: { '.dockerignore': '*\n!app\n', 'app/main.py': 'print()\n', 'tokens.env': 'TOKEN=x\n' },
    },
  ],
  *check(file, { workspace }) {
    const { context } = workspace;
    if (!context?.ignoreFile || context.incomplete === 'ignore-file') return;
    for (const { source, path } of contextCopies(file, workspace.targets)) {
      if (path !== '' && !isFolder(context, path)) continue;
      const leaks = ignoreLeaks(file, context, context.ignoreFile, workspace, path);
      if (leaks.entries.length + leaks.secrets.length === 0) continue;
      yield finding(source.span, context.ignoreFile, leaks);
      return;
    }
  },
});

function isFolder(context: BuildContext, path: string): boolean {
  return context.entries.some(entry => entry.path === path && entry.kind === 'folder');
}

/** Less than this does no harm yet, where it is no secret. */
const SMALL = 1e6;
const NAMED = 3;

function finding(at: Finding['at'], ignoreFile: IgnoreFile, leaks: IgnoreLeaks): Finding {
  const bytes = leaks.entries.reduce((sum, entry) => sum + entry.bytes, 0);
  return {
    at,
    message: `${ignoreFile.path} ${whatLeaks(leaks, bytes)}`,
    evidence: { bytes, how: 'measured', source: 'the build context on disk' },
    ...(leaks.secrets.length === 0 && bytes < SMALL ? { atMost: 'hint' } : {}),
    fixes: () => [
      {
        title: `Add what leaks to ${ignoreFile.path}`,
        safety: 'unsafe',
        edits: [],
        elsewhere: [{ path: ignoreFile.path, edits: [closeLeaks(ignoreFile, leaks)] }],
      },
    ],
  };
}

/** `lets 95 MB through that no build needs: .git 80 MB and logs 15 MB, and the secrets in tokens.env`. */
function whatLeaks({ entries, secrets }: IgnoreLeaks, bytes: number): string {
  const heaviest = entries.slice(0, NAMED).map(entry => `${entry.path} ${formatBytes(entry.bytes)}`);
  if (secrets.length === 0)
    return `lets ${formatBytes(bytes)} through that no build needs: ${listed(heaviest)}`;
  const rest = secrets.length - NAMED;
  const named = [...secrets.slice(0, NAMED), ...(rest > 0 ? [`${rest} more`] : [])];
  const inFiles = `the secrets in ${listed(named)}`;
  if (entries.length === 0) return `lets ${inFiles} into the build`;
  return `lets ${formatBytes(bytes)} through that no build needs: ${listed(heaviest)}; with it go ${inFiles}`;
}
