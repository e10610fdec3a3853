import type { Compose } from '../compose/model';
import { parseCompose } from '../compose/parse';
import { withBuildArgs } from '../dockerfile/build-args';
import type { Dockerfile } from '../dockerfile/model';
import { parseDockerfile } from '../dockerfile/parse';
import type { LockedPackages } from '../manifests/locked-package';
import type { PythonManifest } from '../manifests/model';
import { parsePythonLock } from '../manifests/python-lock';
import { parsePythonManifest } from '../manifests/python-manifest';
import { groupBy } from '../text/group';
import { oncePer, RecentFiles } from '../text/once-per';
import type { Problem } from '../text/problem';
import type { BuildTarget, WorkspaceFacts } from './workspace';

type Texts = WorkspaceFacts['texts'];

/** The texts of the workspace's files, with what is built from them. */
export type BuiltFiles = Pick<WorkspaceFacts, 'texts' | 'targets'>;

/** Files of all kinds that are kept parsed: as many as one snapshot has texts. */
const MOST_REMEMBERED = 200;
/** Characters of files that are kept parsed. A model takes about fifty times its text. */
const MOST_CHARACTERS = 1_000_000;

/** Those that were asked for last are the last ones. */
const remembered = new RecentFiles<{ readonly text: string; readonly file: object }>({
  files: MOST_REMEMBERED,
  length: MOST_CHARACTERS,
});

/**
 * Parses the other files that a snapshot of facts holds, each once for as long as its text is in use: rules ask at
 * every keystroke in the file that they check, while the other files do not change. Hundreds of snapshots hold the
 * same texts, so that what is kept is bounded over all of them.
 */
function rememberedByText<File extends object>(
  kind: string,
  parse: (path: string, text: string) => File,
  isRead: (file: File) => boolean,
) {
  return (texts: Texts, path: string): File | undefined => {
    const text = texts.get(path);
    if (text === undefined) return undefined;
    const key = `${kind} ${path}`;
    const known = remembered.of(key);
    const file = known?.text === text ? (known.file as File) : parse(path, text);
    remembered.set(key, { text, file });
    return isRead(file) ? file : undefined;
  };
}

/** False where a limit was met: who asks must not take what was not read for missing. */
function isWithinLimits({ problems }: { readonly problems: readonly Problem[] }): boolean {
  return problems.every(problem => problem.kind !== 'limit');
}

const dockerfile = rememberedByText('dockerfile', parseDockerfile, isWithinLimits);
const compose = rememberedByText('compose', parseCompose, isWithinLimits);
const pythonLock = rememberedByText('pythonLock', parsePythonLock, () => true);
const pythonManifest = rememberedByText('pythonManifest', parsePythonManifest, isWithinLimits);

/** Another Dockerfile of the workspace, as its services build it; undefined where the facts do not hold it. */
export function dockerfileAt(workspace: BuiltFiles, path: string): Dockerfile | undefined {
  const file = dockerfile(workspace.texts, path);
  return file && withBuildArgs(file, buildsOf(workspace, path));
}

const NO_BUILDS: readonly BuildTarget[] = [];
const buildsByDockerfile = oncePer(
  (targets: readonly BuildTarget[]): ReadonlyMap<string, readonly BuildTarget[]> =>
    groupBy(targets, target => target.dockerfile),
);

/** What Compose services build from a Dockerfile; the same list each time. */
export function buildsOf(
  { targets }: Pick<WorkspaceFacts, 'targets'>,
  dockerfilePath: string,
): readonly BuildTarget[] {
  return buildsByDockerfile(targets).get(dockerfilePath) ?? NO_BUILDS;
}

/** Another Compose file of the workspace; undefined where the facts do not hold it. */
export function composeFileAt({ texts }: WorkspaceFacts, path: string): Compose | undefined {
  return compose(texts, path);
}

/** A Python manifest of the workspace; undefined where the facts do not hold it. */
export function pythonManifestAt({ texts }: WorkspaceFacts, path: string): PythonManifest | undefined {
  return pythonManifest(texts, path);
}

const LOCK_FILES = ['uv.lock', 'poetry.lock', 'Pipfile.lock'];

/** What the lock file in the folder of a `pyproject.toml` or a `Pipfile` says; undefined where there is none. */
export function lockBeside({ texts }: WorkspaceFacts, manifest: string): LockedPackages | undefined {
  const folder = manifest.slice(0, manifest.lastIndexOf('/') + 1);
  const path = LOCK_FILES.map(name => folder + name).find(it => texts.has(it));
  return path === undefined ? undefined : pythonLock(texts, path);
}

const COMPOSE = /(^|\/)(docker-)?compose[^/]*\.ya?ml$/;

/** Every Compose file that the facts hold. */
export function composeFiles(workspace: Pick<WorkspaceFacts, 'texts'>): readonly Compose[] {
  return allCompose(workspace.texts);
}

const allCompose = oncePer((texts: Texts): readonly Compose[] =>
  [...texts.keys()].filter(path => COMPOSE.test(path)).flatMap(path => compose(texts, path) ?? []),
);
