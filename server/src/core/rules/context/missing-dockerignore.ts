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
    summary: 'The whole build context is copied and no `.dockerignore` applies',
  },
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
      const bytes = sentBytes(context, path);
      if (bytes === 0 && secrets.length === 0 && !context.incomplete) continue;
      yield finding({ at: source.span, path, bytes, context, generated, useless, secrets });
      return;
    }
  },
});

interface Found {
  readonly at: Finding['at'];
  readonly path: string;
  /** What the folder sends. */
  readonly bytes: number;
  readonly context: BuildContext;
  readonly generated: GeneratedDockerignore;
  /** What the copied folder holds that no build needs, heaviest first. */
  readonly useless: readonly ContextEntry[];
  /** Paths of files with secrets among what is copied. */
  readonly secrets: readonly string[];
}

/** What no build needs and weighs less than this does no harm yet; in bytes. */
const SMALL = 1e6;

function sentBytes(context: BuildContext, path: string): number {
  return path === '' ? context.sent.bytes : (context.entries.find(it => it.path === path)?.bytes ?? 0);
}

function finding({ at, path, bytes, context, generated, useless, secrets }: Found): Finding {
  const size = `${context.incomplete ? 'at least ' : ''}${formatBytes(bytes)}`;
  const what = path === '' ? size : `${size} of ${path}`;
  const heavy = useless.filter(entry => entry.bytes > 0 && entry.bytes >= bytes * WORTH_NAMING);
  const among = amongIt(heavy, secrets);
  const kept = useless.reduce((sum, entry) => sum + entry.bytes, 0);
  const isHarmless = secrets.length === 0 && kept < SMALL && !context.incomplete;
  return {
    at,
    message: `this sends ${what} to the build${among === '' ? ', and' : `: ${among};`} no .dockerignore applies`,
    evidence: { bytes, how: 'measured', source: 'the build context on disk' },
    ...(isHarmless ? { atMost: 'hint' } : {}),
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
