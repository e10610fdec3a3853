import { repositoryName } from '../../dockerfile/image-ref';
import type { Dockerfile } from '../../dockerfile/model';
import type { NewFile } from '../../finding';
import { type Clutter, contextClutter, type Stack } from '../../knowledge/context-clutter';
import {
  type ContextNeeds,
  contextNeeds,
  dockerfilesIn,
  holdsCode,
  inWorkspace,
} from '../../project/context-needs';
import { type Dockerignore, parseDockerignore } from '../../project/dockerignore';
import type { BuildContext, ContextEntry, WorkspaceFacts } from '../../project/workspace';
import { oncePer, oncePerText } from '../../text/once-per';
import { isSecretFile } from '../secrets/files';
import { neededPaths } from './needed-paths';
import { buildsSiteOfTexts, servesContext } from './site-content';

/** An ignore file made for one build context. */
export interface GeneratedDockerignore {
  readonly file: NewFile;
  /** What it keeps out of what is there, heaviest first, nothing twice. */
  readonly keepsOut: readonly ContextEntry[];
  /** Files among them that hold secrets, by path relative to the context. */
  readonly secrets: readonly string[];
}

/**
 * The ignore file for the context of a Dockerfile: what lies there and what is usual for its stack, without
 * anything that a COPY, a RUN, the packaging metadata, the code or a Compose command needs.
 */
export function generateDockerignore(
  file: Dockerfile,
  context: BuildContext,
  workspace: WorkspaceFacts,
): GeneratedDockerignore {
  const stacks = stacksOf(file, context);
  const chosen = unneededClutter(file, context, workspace, clutter => isWorthALine(clutter, context, stacks));
  const generated = generatedIn(context)(chosen.map(it => it.pattern).join('\n'));
  const holdsSecret = (path: string) => isSecretFile(path, workspace.texts.get(inWorkspace(context, path)));
  return { ...generated, secrets: generated.secrets.filter(holdsSecret) };
}

/** While somebody types, the lines of a context's ignore file stay the same or go back and forth between a few. */
const MOST_REMEMBERED_FILES = 4;

/** The ignore file of some lines, for a context: asked with the patterns of clutter, in their order. */
const generatedIn = oncePer((context: BuildContext) =>
  oncePerText(MOST_REMEMBERED_FILES, (patterns): GeneratedDockerignore => {
    const lines = new Set(patterns.split('\n'));
    const chosen = contextClutter().filter(it => lines.has(it.pattern));
    const ignore = parseDockerignore(patterns);
    const secrets = chosen.filter(it => it.group === 'secrets').flatMap(it => present(it, context));
    return {
      file: { path: inWorkspace(context, '.dockerignore'), text: written(chosen) },
      keepsOut: outermost(context.entries.filter(({ path }) => takesOut(ignore, path))),
      secrets: [...new Set(secrets)].filter(path => context.files.has(path) && isSecretFile(path)),
    };
  }),
);

/** The clutter among what is asked for that neither a build nor the program needs. */
export function unneededClutter(
  file: Dockerfile,
  context: BuildContext,
  workspace: WorkspaceFacts,
  isAskedFor: (clutter: Clutter) => boolean,
): Clutter[] {
  const asked = contextClutter().filter(isAskedFor);
  if (asked.length === 0) return [];
  const needs = contextNeeds(file, context, workspace);
  const stacks = stacksOf(file, context);
  const isSite = buildsSiteOfTexts(context);
  const served = dockerfilesIn(file, context, workspace).some(servesContext);
  const paths = [...needs.paths, ...neededPaths(file, context, workspace)];
  const named = new Set(paths.flatMap(path => clutterOver(path)));
  return asked.filter(clutter => {
    if (isSite && clutter.group === 'documentation and tests') return false;
    if (served && MAY_BE_PAGES.includes(clutter.group)) return false;
    return !named.has(clutter) && !isNeeded(clutter, context, needs, stacks);
  });
}

/** What a web server may be meant to serve, where it is given all of a folder. */
const MAY_BE_PAGES: readonly Clutter['group'][] = [
  'documentation and tests',
  'logs and data',
  'caches and files that a build creates again',
  'installed packages',
];

function written(chosen: readonly Clutter[]): string {
  const groups = [...new Set(chosen.map(it => it.group))];
  return groups
    .map(name =>
      [`# ${name}`, ...chosen.filter(it => it.group === name).map(it => it.pattern), ''].join('\n'),
    )
    .join('\n');
}

/** True where nothing of a path is left, an empty folder aside. */
export function takesOut(ignore: { ignores(path: string): boolean }, path: string): boolean {
  return ignore.ignores(path) || ignore.ignores(`${path}/any name`);
}

/** The heaviest first, without what lies in another one. */
export function outermost(entries: readonly ContextEntry[]): ContextEntry[] {
  const paths = entries.map(it => `${it.path}/`);
  return entries
    .filter(({ path }) => !paths.some(other => other !== `${path}/` && path.startsWith(other)))
    .sort((a, b) => b.bytes - a.bytes);
}

/** Stacks in which a name means what a build makes. */
const MEANS_OUTPUT: readonly string[] = ['cargo-or-maven', 'maven', 'gradle'];

function isWorthALine(clutter: Clutter, context: BuildContext, stacks: ReadonlySet<Stack>): boolean {
  if (clutter.usual === 'everywhere') return true;
  if (clutter.usual && stacks.has(clutter.usual)) return true;
  // Elsewhere a folder of that name may hold sources.
  if (clutter.usual && MEANS_OUTPUT.includes(clutter.usual)) return false;
  return present(clutter, context).length > 0;
}

/** A context is a snapshot of up to 20,000 files, and the file in it is checked at every keystroke. */
const matchedIn = oncePer((context: BuildContext): ReadonlyMap<string, readonly string[]> => {
  const all = [...new Set([...context.entries.map(it => it.path), ...context.files.keys()])];
  const paths = all.filter(path => allClutter(contextClutter()).ignores(path));
  return new Map(
    contextClutter().map(clutter => {
      const ignore = ignoreOf(clutter);
      return [clutter.pattern, paths.filter(path => ignore.ignores(path))];
    }),
  );
});

/** The paths of the context that a line of the ignore file would match. */
export function present({ pattern }: Clutter, context: BuildContext): readonly string[] {
  return matchedIn(context).get(pattern) ?? [];
}

/** Most paths are no clutter at all, which one look at all of its lines together tells. */
const allClutter = oncePer(
  (clutter: readonly Clutter[]): Dockerignore => parseDockerignore(clutter.map(it => it.pattern).join('\n')),
);

const ignoreOf = oncePer((clutter: Clutter): Dockerignore => parseDockerignore(clutter.pattern));

/** Paths that builds name, most of which are the same at the next keystroke. */
const MOST_REMEMBERED_PATHS = 5000;

/** The clutter whose line in an ignore file would take out a path. */
const clutterOver = oncePerText(MOST_REMEMBERED_PATHS, (path): readonly Clutter[] =>
  takesOut(allClutter(contextClutter()), path)
    ? contextClutter().filter(clutter => takesOut(ignoreOf(clutter), path))
    : [],
);

/** Whether the build, the metadata of a package or the code needs it, though no path that a build names is in it. */
function isNeeded(
  clutter: Clutter,
  context: BuildContext,
  needs: ContextNeeds,
  stacks: ReadonlySet<Stack>,
): boolean {
  if (isNeededByBuild(clutter, needs, stacks)) return true;
  if (!clutter.keptBy) return false;
  const folder = /^([\w.-]+)(\/\*)?$/.exec(clutter.pattern)?.[1];
  const isData = clutter.group === 'logs and data';
  if (folder && isData && holdsCode(context, folder)) return true;
  if (clutter.keptBy === 'unread-code' && needs.hasUnreadCode()) return true;
  const names = folder ? [folder] : present(clutter, context).map(path => path.split('/').at(-1) ?? '');
  return names.some(name => needs.names(name));
}

const VERSION_FROM_GIT = [
  ...['setuptools_scm', 'setuptools-scm', 'hatch-vcs', 'versioningit', 'versioneer', 'pbr', 'dunamai'],
  'poetry-dynamic-versioning',
];
const NODE_INSTALLERS = ['npm', 'yarn', 'pnpm', 'bun', 'corepack', 'npx'];
const PYTHON_INSTALLERS = ['pip', 'pip3', 'uv', 'poetry', 'pdm', 'pipenv', 'conda', 'mamba'];
const TEST_RUNNERS = ['pytest', 'tox', 'nox', 'jest', 'mocha', 'vitest'];
/** Builds that write the values of `.env` files into what they make. */
const ENV_FILE_BUILDERS = ['vite', 'next', 'react-scripts', 'nuxt', '@angular/cli', 'astro'];

function isNeededByBuild({ pattern }: Clutter, needs: ContextNeeds, stacks: ReadonlySet<Stack>): boolean {
  const runs = (programs: readonly string[]) => programs.some(program => needs.programs.has(program));
  switch (pattern) {
    case '.git':
      return needs.programs.has('git') || VERSION_FROM_GIT.some(name => needs.names(name));
    case '**/node_modules':
      return stacks.has('node') && !runs(NODE_INSTALLERS);
    case '**/.venv':
    case '**/venv':
      return (
        (needs.names('.venv') || needs.names('venv')) && !runs([...PYTHON_INSTALLERS, 'python', 'python3'])
      );
    case '**/.env':
    case '**/.env.*':
    case '**/*.env':
      return runs(NODE_INSTALLERS) && ENV_FILE_BUILDERS.some(name => needs.names(name));
    case 'tests':
    case 'test':
      return runs(TEST_RUNNERS);
    default:
      return false;
  }
}

function stacksOf(file: Dockerfile, context: BuildContext): Set<Stack> {
  const bases = file.stages.flatMap(({ base }) => (base.kind === 'image' ? [repositoryName(base.ref)] : []));
  const stacks = new Set(stacksIn(context));
  if (bases.includes('python')) stacks.add('python');
  if (bases.includes('node')) stacks.add('node');
  return stacks;
}

/** The stacks that the files of a context speak of. */
const stacksIn = oncePer((context: BuildContext): ReadonlySet<Stack> => {
  const names = [...context.files.keys()];
  const stacks = new Set<Stack>();
  if (names.some(it => /\.py$|(^|\/)(pyproject\.toml|requirements[^/]*\.txt)$/.test(it)))
    stacks.add('python');
  if (names.some(it => /(^|\/)package\.json$/.test(it))) stacks.add('node');
  if (names.some(it => /(^|\/)Cargo\.toml$/.test(it))) stacks.add('cargo-or-maven');
  if (names.some(it => /(^|\/)pom\.xml$/.test(it))) stacks.add('maven').add('cargo-or-maven');
  if (names.some(it => /(^|\/)build\.gradle(\.kts)?$/.test(it))) stacks.add('gradle');
  return stacks;
});
