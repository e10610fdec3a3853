import {
  type GeneratedDockerignore,
  generateDockerignore,
} from '../../analysis/context/generated-dockerignore';
import type { Finding } from '../../finding';
import { contextCopies } from '../../project/context-copy';
import type { BuildContext, ContextEntry } from '../../project/workspace';
import { dockerfileRule } from '../../rule';
import { formatBytes } from '../../text/bytes';
import { listed } from '../../text/sentence';

export const missingDockerignore = dockerfileRule({
  meta: {
    id: 'missing-dockerignore',
    category: 'size',
    severity: 'warning',
    since: '0.1.0',
    fix: 'unsafe',
    fixRisk: `What the new file names is no longer copied. Plimsoll leaves out of it every path that a COPY, a RUN, the
packaging metadata, a Compose command or the code that it could read names, but a program may put a path together when it
runs: look through the lines under "logs and data" and "documentation and tests".`,
    summary: 'The whole build context is copied and no `.dockerignore` applies',
    why: `\`COPY . .\` takes everything that lies in the folder: the version history, virtual environments, caches, logs,
data, and files with passwords that were never meant to leave the machine. All of it is sent to the engine at every
build, stored in a layer, and pushed and pulled with the image; and because the layer depends on all of it, a new log line or
commit builds everything below it again.

An ignore file at the root of the build context, \`.dockerignore\`, keeps it out (BuildKit also reads one named after
the Dockerfile: \`api.Dockerfile.dockerignore\`). The finding says how much is sent and what weighs most among that which no build needs,
measured on the disk. The generated file holds what lies in this folder and what is usual for its stack, grouped and
commented, and nothing that the build needs. \`data/*\` instead of \`data\` leaves the empty folder in place for a
program that writes into it.

Where there is nothing to keep out yet and the context is small, this is only a hint.`,
    sources: ['https://docs.docker.com/build/concepts/context/#dockerignore-files'],
  },
  examples: [
    {
      title: 'A service whose logs, data and history are copied with its five source files',
      before:
        'FROM python:3.10-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY «.» /app\nCMD ["uvicorn", "madre.main:app"]\n',
      files: {
        'requirements.txt': 'fastapi==0.115.12\n',
        'madre/main.py': 'from fastapi import FastAPI\napp = FastAPI()\n',
        '.git/objects/pack/one.pack': '@812MB',
        '.venv/lib/numpy.so': '@390MB',
        'data/backups/events.csv': '@160MB',
        'forensic/crash_1/report.txt': '@4MB',
        'logs/madre.log': '@12MB',
        'tokens.env': 'TOKEN=x\n',
      },
      created: {
        '.dockerignore':
          '# version control\n.git\n\n# installed packages\n**/.venv\n**/venv\n\n# caches and what a build makes anew\n**/__pycache__\n**/*.py[cod]\n**/*.egg-info\n**/.pytest_cache\n\n# editors and desktops\n**/.DS_Store\n\n# secrets\n**/.env\n**/.env.*\n**/*.env\n\n# container files\n**/Dockerfile*\n**/*.dockerignore\n\n# logs and data\n**/*.log\nlogs/*\nforensic/*\ndata/*\n',
      },
    },
    {
      title: 'What the build needs stays: the README that pyproject.toml names, and data that the code reads',
      before: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY «.» .\nRUN pip install --no-cache-dir .\n',
      files: {
        'pyproject.toml': '[project]\nname = "agent"\nversion = "1"\nreadme = "README.md"\n',
        'README.md': '# agent\n',
        'CHANGELOG.md': '# changes\n',
        'agent/main.py': 'from pathlib import Path\nDATA = Path("data")\n',
        'data/company.md': 'all about us\n',
        'docs/prompts.md': 'prompts\n',
      },
      created: {
        '.dockerignore':
          '# version control\n.git\n\n# installed packages\n**/.venv\n**/venv\n\n# caches and what a build makes anew\n**/__pycache__\n**/*.py[cod]\n**/*.egg-info\n**/.pytest_cache\n\n# editors and desktops\n**/.DS_Store\n\n# secrets\n**/.env\n**/.env.*\n**/*.env\n\n# container files\n**/Dockerfile*\n**/*.dockerignore\n\n# logs and data\n**/*.log\n\n# documentation and tests\ndocs\nCHANGELOG*\n',
      },
    },
    {
      title: 'An ignore file applies',
      before: 'FROM python:3.12-slim\nCOPY . /app\n',
      files: { '.dockerignore': '.git\n', 'main.py': 'print()\n' },
    },
    {
      title: 'Single files and folders are copied',
      before: 'FROM python:3.12-slim\nCOPY requirements.txt ./\nCOPY src/ /app/src/\n',
      files: {
        'src/main.py': 'print()\n',
        'requirements.txt': 'flask\n',
        '.git/HEAD': 'ref: refs/heads/main\n',
      },
    },
  ],
  *check(file, { workspace }) {
    const { context } = workspace;
    if (!context || context.ignoreFile || context.incomplete === 'ignore-file') return;
    for (const { source, path } of contextCopies(file, workspace.targets)) {
      if (path !== '' && !context.entries.some(entry => entry.path === path && entry.kind === 'folder'))
        continue;
      const generated = generateDockerignore(file, context, workspace);
      const useless = below(path, generated.keepsOut);
      const secrets = generated.secrets.filter(secret => isBelow(path, secret));
      if (path !== '' && useless.length + secrets.length === 0) continue;
      yield finding({ at: source.span, path, context, generated, useless, secrets });
      return;
    }
  },
});

interface Found {
  readonly at: Finding['at'];
  readonly path: string;
  readonly context: BuildContext;
  readonly generated: GeneratedDockerignore;
  /** What the copied folder holds that no build needs, heaviest first. */
  readonly useless: readonly ContextEntry[];
  /** Paths of files with secrets among what is copied. */
  readonly secrets: readonly string[];
}

/** A context below this with nothing to keep out does no harm yet. */
const SMALL = 1e6;

function finding({ at, path, context, generated, useless, secrets }: Found): Finding {
  const bytes = path === '' ? context.sent.bytes : (context.entries.find(it => it.path === path)?.bytes ?? 0);
  const size = `${context.incomplete ? 'at least ' : ''}${formatBytes(bytes)}`;
  const what = path === '' ? size : `${size} of ${path}`;
  const heavy = useless.filter(entry => entry.bytes >= bytes * WORTH_NAMING);
  const among = amongIt(heavy, secrets);
  return {
    at,
    message: `this sends ${what} to the build${among === '' ? ', and' : `: ${among};`} no .dockerignore applies`,
    evidence: { bytes, how: 'measured', source: 'the build context on disk' },
    ...(among === '' && bytes < SMALL && !context.incomplete ? { atMost: 'hint' } : {}),
    fixes: () => [
      {
        title: `Create ${generated.file.path}`,
        safety: 'unsafe',
        edits: [],
        newFiles: [generated.file],
      },
    ],
    conversions: ['add-dockerignore'],
  };
}

function below(folder: string, entries: readonly ContextEntry[]): ContextEntry[] {
  return entries.filter(entry => isBelow(folder, entry.path));
}

function isBelow(folder: string, path: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}

const NAMED = 3;
/** The part of all that is sent from which on an entry is worth a word. */
const WORTH_NAMING = 0.01;

/** `.git 812 MB, .venv 390 MB, data 160 MB and the secrets in tokens.env`. */
function amongIt(useless: readonly ContextEntry[], secrets: readonly string[]): string {
  const [secret] = secrets;
  const heavy = useless
    .filter(entry => !secrets.includes(entry.path) && !CONTAINER_FILE.test(entry.path))
    .slice(0, NAMED)
    .map(entry => `${entry.path} ${formatBytes(entry.bytes)}`);
  const all = secret === undefined ? heavy : [...heavy, `the secrets in ${secret}`];
  return listed(all);
}

/** Belong in every context and weigh nothing: no news to anybody. */
const CONTAINER_FILE = /(^|\/)(Dockerfile[^/]*|(docker-)?compose[^/]*\.ya?ml|\.gitignore|\.gitattributes)$/;
