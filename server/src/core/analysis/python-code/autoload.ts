import type { CodeFacts } from '../../python/code';

type Code = ReadonlyMap<string, CodeFacts>;

/**
 * The files that a framework or a program loads beside one that is reached, though no import names them. Takes too many
 * rather than too few.
 *
 * @param root the folder of the build context
 * @returns paths of the code
 */
export function loadedBeside(code: Code, root: string, path: string, facts: CodeFacts): string[] {
  const folder = path.split('/').slice(0, -1).join('/') || '.';
  return [
    ...(uses(facts, 'django') && folder !== root ? below(code, folder) : []),
    // https://docs.celeryq.dev/en/stable/userguide/application.html#lazy-tasks: `autodiscover_tasks`
    ...(uses(facts, 'celery') ? [...code.keys()].filter(it => /(^|\/)tasks(\.py$|\/)/.test(it)) : []),
    // https://docs.streamlit.io/develop/concepts/multipage-apps, https://dash.plotly.com/urls: a folder of pages
    ...(uses(facts, 'streamlit', 'dash') ? below(code, join(folder, 'pages')) : []),
    ...(uses(facts, 'streamlit', 'subprocess') ? named(code, root, folder, facts.paths) : []),
  ];
}

/** Settings that gunicorn reads where it starts. Source: https://docs.gunicorn.org/en/stable/configure.html */
export function loadedByCommand(code: Code, words: readonly string[]): string[] {
  if (!words.some(word => /(^|\/)gunicorn$/.test(word))) return [];
  return [...code.keys()].filter(path => /(^|\/)gunicorn\.conf\.py$/.test(path));
}

function uses({ imports }: CodeFacts, ...modules: readonly string[]): boolean {
  return imports.some(it => it.level === 0 && modules.includes(it.module.split('.')[0] ?? ''));
}

/** Scripts that strings name, and all in the folders that they begin with: `views/chat.py`. */
function named(code: Code, root: string, folder: string, paths: readonly string[]): string[] {
  return paths.flatMap(name =>
    [folder, root].flatMap(from => {
      const path = join(from, name);
      return code.has(path) ? [path] : below(code, path);
    }),
  );
}

function below(code: Code, folder: string): string[] {
  return [...code.keys()].filter(path => path.startsWith(`${folder}/`));
}

function join(folder: string, path: string): string {
  return folder === '.' ? path : `${folder}/${path}`;
}
