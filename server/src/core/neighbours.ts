import type { Compose } from './compose/model';
import { parseCompose } from './compose/parse';
import { withBuildArgs } from './dockerfile/build-args';
import type { Dockerfile } from './dockerfile/model';
import { parseDockerfile } from './dockerfile/parse';
import type { WorkspaceFacts } from './facts/workspace';
import { type LockedPackages, parsePythonLock } from './manifest/python-lock';
import { type PythonManifest, parsePythonManifest } from './manifest/python-manifest';

type Texts = WorkspaceFacts['texts'];

/** Files of all kinds that are kept parsed: more than the texts of one snapshot. */
const MOST_REMEMBERED = 250;
/** Characters of files that are kept parsed. A model takes about fifty times its text. */
const MOST_CHARACTERS = 1_000_000;

/** Those that were asked for last are the last ones. */
const remembered = new Map<string, { readonly text: string; readonly file: object }>();
let characters = 0;

/**
 * Parses the other files that a snapshot of facts holds, each once for as long as its text is in use: rules ask at
 * every keystroke in the file that they check, while its neighbours stay as they are. Hundreds of snapshots hold the
 * same texts, so that what is kept is bounded over all of them.
 */
function rememberedByText<File extends object>(kind: string, parse: (path: string, text: string) => File) {
  return (texts: Texts, path: string): File | undefined => {
    const text = texts.get(path);
    if (text === undefined) return undefined;
    const key = `${kind} ${path}`;
    const known = remembered.get(key);
    const file = known?.text === text ? (known.file as File) : parse(path, text);
    forget(key);
    remembered.set(key, { text, file });
    characters += text.length;
    for (const oldest of remembered.keys()) {
      if (remembered.size <= MOST_REMEMBERED && characters <= MOST_CHARACTERS) break;
      if (oldest !== key) forget(oldest);
    }
    return file;
  };
}

function forget(key: string): void {
  characters -= remembered.get(key)?.text.length ?? 0;
  remembered.delete(key);
}

const dockerfile = rememberedByText('dockerfile', parseDockerfile);
const compose = rememberedByText('compose', parseCompose);
const pythonLock = rememberedByText('pythonLock', parsePythonLock);
const pythonManifest = rememberedByText('pythonManifest', parsePythonManifest);

/** Another Dockerfile of the workspace, as its services build it; undefined where the facts do not hold it. */
export function dockerfileAt({ texts, targets }: WorkspaceFacts, path: string): Dockerfile | undefined {
  const file = dockerfile(texts, path);
  const builds = targets.filter(target => target.dockerfile === path);
  return file && withBuildArgs(file, builds);
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
export function composeFiles(workspace: WorkspaceFacts): Compose[] {
  return [...workspace.texts.keys()]
    .filter(path => COMPOSE.test(path))
    .flatMap(path => composeFileAt(workspace, path) ?? []);
}
