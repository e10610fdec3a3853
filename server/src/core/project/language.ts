/** What kind of file rules read. */
export type Language = 'dockerfile' | 'compose' | 'python-manifest';

/**
 * `Dockerfile-dev` and `Dockerfile_python3.12` too, but no file with an extension of its own behind that
 * (`Dockerfile-render.py`), and no program (`dockerfile-lint`).
 */
const DOCKERFILE =
  /^(?:[Dd]ockerfile|[Cc]ontainerfile)(?:\..+)?$|^(?:Dockerfile|Containerfile)[-_](?:[^.]|\.\d)+$|.\.(?:[Dd]ockerfile|[Cc]ontainerfile)$/;
const COMPOSE = /^(?:docker-)?compose(?:[^a-z].*)?\.ya?ml$/i;
const REQUIREMENTS = /^(?=.*\.(?:txt|in)$)(?:.*[-_.])?requirements/i;
/** Files in such a folder are requirements by the folder's name: `requirements/prod.txt`. */
const IN_REQUIREMENTS_FOLDER = /(?:^|\/)requirements\/[^/]+\.(?:txt|in)$/;

/** Most files of a workspace are told by a look. */
const MAY_HAVE_LANGUAGE = /docker|compose|container|require|pyproject|pipfile/i;

/** What a file is by its name alone; undefined where the name does not tell. @param path POSIX */
export function languageOf(path: string): Language | undefined {
  if (!MAY_HAVE_LANGUAGE.test(path)) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.endsWith('.dockerignore')) return undefined;
  if (COMPOSE.test(name)) return 'compose';
  if (DOCKERFILE.test(name)) return 'dockerfile';
  const isManifest = name === 'pyproject.toml' || name === 'Pipfile' || REQUIREMENTS.test(name);
  return isManifest || IN_REQUIREMENTS_FOLDER.test(path) ? 'python-manifest' : undefined;
}
