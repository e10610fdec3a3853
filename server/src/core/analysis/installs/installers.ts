import type { Dockerfile, Run, Stage } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { builtStages } from '../../dockerfile/stage-graph';
import { stateBefore } from '../../dockerfile/stage-state';
import type { PythonRequirement } from '../../manifests/model';
import { type CopiedFiles, contextPathAt, copiedFiles, imagePath } from '../../project/copied-files';
import { withIncluded } from '../../project/included-files';
import { languageOf } from '../../project/language';
import type { WorkspaceFacts } from '../../project/workspace';
import { type BuiltFiles, buildsOf, dockerfileAt } from '../../project/workspace-files';
import type { Command } from '../../shell/command';
import { type DependencyInstall, dependencyInstall } from '../../shell/dependency-install';
import { groupBy } from '../../text/group';
import { onceForRecent, oncePer, onceWhileSame } from '../../text/once-per';
import { joinPath } from '../../text/path';
import { isBelow, LayerStack } from '../layers/layer-stack';
import { type DependencyList, dependencyLists } from './dependency-list';
import { isInstalledAtStartup } from './startup-installs';

/** A RUN that installs a Python manifest into an image. */
export interface Installer {
  readonly dockerfile: Dockerfile;
  readonly stage: Stage;
  readonly run: Run;
  readonly command: Command;
  readonly install: DependencyInstall;
  /** The manifest that the command names; another one where the asked one is included by it. */
  readonly manifest: string;
}

/** The installs of the workspace's Dockerfiles that read a manifest, directly or through `-r` of another file. */
export function installersOf(manifestPath: string, workspace: WorkspaceFacts): Installer[] {
  const all = allInstallers(workspace.texts, workspace.targets);
  return all.filter(({ manifest }) => reaches(manifest, manifestPath, workspace));
}

/** Whether the image of some Dockerfile installs it, or a Compose service when it starts. */
export function isInstalled(manifestPath: string, workspace: WorkspaceFacts): boolean {
  return installersOf(manifestPath, workspace).length > 0 || isInstalledAtStartup(manifestPath, workspace);
}

/** Whether an install takes a requirement of its manifest: extras and groups only where the command names them. */
export function isTaken({ group }: PythonRequirement, { command }: Installer): boolean {
  if (group === 'main') return true;
  const words = command.words.map(word => word.text);
  const [kind = '', name = kind] = group.split(':');
  if (words.includes(kind === 'extra' ? '--all-extras' : '--all-groups')) return true;
  const options = kind === 'extra' ? EXTRA_OPTIONS : GROUP_OPTIONS;
  return words.some((word, index) => {
    const [option = '', value = words[index + 1] ?? ''] = word.split('=');
    if (options.includes(option)) return value.split(/[\s,]+/).includes(name);
    const extras = /^[^[\]]*\[([^\]]*)\]/.exec(word)?.[1];
    return kind === 'extra' && extras !== undefined && extras.split(',').some(extra => extra.trim() === name);
  });
}

const EXTRA_OPTIONS: readonly string[] = ['--extra', '-E', '--extras'];
const GROUP_OPTIONS: readonly string[] = ['--group', '--only-group', '--with', '--only'];

type Texts = WorkspaceFacts['texts'];
type Targets = WorkspaceFacts['targets'];

/** Every install of a Python manifest that the facts hold, found once per snapshot. */
const allInstallers = onceForRecent((texts: Texts, targets: Targets): readonly Installer[] =>
  [...texts.keys()]
    .filter(path => languageOf(path) === 'dockerfile')
    .flatMap(path => dockerfileAt({ texts, targets }, path) ?? [])
    .flatMap(file => installersIn(file, { texts, targets })),
);

interface InstallersOfFile {
  readonly installers: readonly Installer[];
  readonly byCommand: ReadonlyMap<Command, readonly Installer[]>;
}

/** The installs of one Dockerfile, found once for each set of facts. */
export function installersIn(file: Dockerfile, workspace: BuiltFiles): readonly Installer[] {
  return inFile(file, workspace.texts, workspace.targets).installers;
}

/** What one command of a Dockerfile installs: an install for each manifest that it names. */
export function installersAt(
  command: Command,
  file: Dockerfile,
  workspace: WorkspaceFacts,
): readonly Installer[] {
  return inFile(file, workspace.texts, workspace.targets).byCommand.get(command) ?? [];
}

const inFile = onceWhileSame((file: Dockerfile, texts: Texts, targets: Targets): InstallersOfFile => {
  const installers = readInstallers(file, { texts, targets });
  return { installers, byCommand: groupBy(installers, it => it.command) };
});

function readInstallers(file: Dockerfile, workspace: BuiltFiles): Installer[] {
  const targets = buildsOf(workspace, file.path);
  const stages = builtStages(
    file,
    targets.flatMap(it => it.target ?? []),
  );
  const contexts =
    targets.length > 0 ? [...new Set(targets.map(it => it.context))] : foldersUpwards(file.path);
  return stages.flatMap(stage => {
    const { named, copied } = stageInstalls(stage, file);
    return named.flatMap(({ name, run, command, install }) => {
      const manifest = inWorkspace(name, { file, run, copied }, contexts, workspace.texts);
      return manifest === undefined ? [] : [{ dockerfile: file, stage, run, command, install, manifest }];
    });
  });
}

/** An install, and a manifest as it names it. */
interface NamedManifest extends Pick<Installer, 'run' | 'command' | 'install'> {
  readonly name: string;
}

/** What a stage tells of its installs by itself, whatever the workspace holds. */
interface StageInstalls {
  readonly named: readonly NamedManifest[];
  /** What the stage and those that it is built on copy, the lowest layer first. */
  readonly copied: readonly CopiedFiles[];
}

/** Each manifest of a project has facts of its own, and asks the same stages again. */
const stageInstalls = oncePer((stage: Stage, file: Dockerfile): StageInstalls => {
  const named = ofKind(stage.instructions, 'RUN').flatMap(namedIn);
  const { copies } = named.length > 0 ? LayerStack.of(file, stage) : { copies: [] };
  return { named, copied: copies.flatMap(copy => copiedFiles(file, copy) ?? []) };
});

function namedIn(run: Run): NamedManifest[] {
  const { commands } = run.script;
  if (commands.some(it => it.name === 'cd' || it.name === 'pushd')) return [];
  const lists = dependencyLists(run);
  return commands.flatMap(command => {
    const install = dependencyInstall(command);
    if (!install || !PYTHON_INSTALLERS.includes(install.program)) return [];
    return namedManifests(install, command, lists).map(name => ({ name, run, command, install }));
  });
}

/** Programs that install Python packages. */
export const PYTHON_INSTALLERS: readonly string[] = ['pip', 'uv', 'poetry', 'pipenv'];

/** A project that is installed itself brings what its `pyproject.toml` depends on, unless `--no-deps` says otherwise. */
function namedManifests(
  { manifests, constraints, project }: DependencyInstall,
  command: Command,
  lists: readonly DependencyList[],
): string[] {
  const list = lists.find(it => it.install === command);
  // What extras bring is taken by words of an install, which has none here.
  if (list && list.listed.extras.length === 0) return ['pyproject.toml'];
  const named = manifests.filter(it => !constraints.includes(it) && !it.endsWith('.lock'));
  return named.length === 0 && project === 'yes' && !isAlone(command) ? ['pyproject.toml'] : named;
}

/** Whether an install leaves out what the packages depend on. */
export function isAlone({ words }: Command): boolean {
  return words.some(word => word.text === '--no-deps');
}

interface Place {
  readonly file: Dockerfile;
  readonly run: Run;
  readonly copied: StageInstalls['copied'];
}

/** The workspace's file that an install finds under `name`; undefined where no COPY or mount tells. */
function inWorkspace(
  name: string,
  { file, run, copied }: Place,
  contexts: readonly string[],
  texts: Texts,
): string | undefined {
  const workdir = stateBefore(file, run).workdir ?? '/';
  const path = imagePath(workdir, name);
  const below = copied.filter(({ copy }) => isBelow(copy, run)).reverse();
  for (const context of contexts) {
    const source = bound(run, workdir, path) ?? copiedFrom(below, path, folderTest(context, texts));
    const found = source === undefined ? undefined : joinPath(context, source);
    if (found !== undefined && texts.has(found)) return found;
  }
  return undefined;
}

/** @param copied the highest layer first */
function copiedFrom(
  copied: readonly CopiedFiles[],
  path: string,
  isFolder: (path: string) => boolean,
): string | undefined {
  for (const one of copied) {
    const source = contextPathAt(one, path, isFolder);
    if (source !== undefined) return source;
  }
  return undefined;
}

/** A bind mount from the context: the file has the same name there, which is how such mounts are written. */
function bound(run: Run, workdir: string, path: string): string | undefined {
  const mount = run.mounts.find(
    it =>
      it.type === 'bind' &&
      it.from === undefined &&
      it.target !== undefined &&
      imagePath(workdir, it.target) === path,
  );
  return mount && path.split('/').at(-1);
}

/** Folders are what holds a known text; a name without an ending is taken for one too. */
function folderTest(context: string, texts: Texts): (path: string) => boolean {
  return path =>
    path === '' ||
    foldersOf(texts).has(joinPath(context, path)) ||
    /^([\w-]+\/)*[a-z_][a-z\d_-]*$/.test(path);
}

/** The folders that hold the texts of a snapshot, on any level. */
const foldersOf = onceForRecent((texts: Texts): ReadonlySet<string> => {
  const folders = new Set<string>();
  for (const path of texts.keys()) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
});

/** The folder of a file and those above it, up to the root of the facts. */
function foldersUpwards(path: string): string[] {
  const names = path.split('/').slice(0, -1);
  return [...names.keys(), names.length].map(count => names.slice(0, count).join('/') || '.').reverse();
}

/** True where `from` is the wanted file, or includes it with `-r`. */
function reaches(from: string, wanted: string, workspace: WorkspaceFacts): boolean {
  if (from === wanted) return true;
  if (languageOf(from) !== 'python-manifest') return false;
  return withIncluded(from, workspace).manifests.some(({ path }) => path === wanted);
}
