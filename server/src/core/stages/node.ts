import { decline, declineAt, isDeclined, type Outcome } from '../decline';
import { finalState } from '../dockerfile/stage-state';
import type { NotOffered } from '../finding';
import { nodeBrowser, nodeSystemNeeds } from '../knowledge/node-system-needs';
import { isAroundProgram } from '../project/code/program-files';
import { nodeLock } from '../project/node-lock';
import type { WorkspaceFacts } from '../project/workspace';
import type { Ecosystem } from './ecosystem';
import { nextStandalone } from './next-standalone';
import { nodeFiles } from './node-files';
import { objectionToImports } from './node-imports';
import { type NodeProject, nodeProject } from './node-project';
import { pruning } from './node-prune';
import { isStart, nodeStart, objectionToNextSettings } from './node-start';
import { buildsNode, installsPackageManager, preparesNode } from './node-steps';
import { leftBehind, type StageSplit } from './plan';
import { projectCopy } from './project-copy';
import { type SlimVariant, slimVariant } from './slim-variant';

export const NODE: Ecosystem<SlimVariant> = {
  conversion: 'multi-stage-node',
  images: ['node'],
  otherImage: 'not-official-node',
  because:
    'The final stage has the built project with its production dependencies, on an image without compilers',
  read: base => slimVariant(base, 'node-on-alpine'),
  steps: () => ({
    buildsWith: 'npm, yarn or pnpm',
    builds: buildsNode,
    prepares: preparesNode,
    runs: program => /^(node|npm|npx|yarn)$/.test(program),
    installs: installsPackageManager,
    shipsFolder: true,
    isRun: path => !isAroundProgram(path),
  }),
  final(split, image, workspace) {
    const project = nodeProject(workspace);
    if (!project) return decline('no-package-json');
    const pruned = pruning(split, project, workspace);
    if (isDeclined(pruned)) return pruned;
    const start = nodeStart(split, project);
    if (!isStart(start)) return start;
    const files = nodeFiles(split, project, workspace, { started: start, installedIn: pruned.folder });
    const standalone = nextStandalone(split, project, workspace, { started: start, files });
    const objection =
      (standalone ? undefined : objectionToNextSettings(split, project, workspace, start)) ??
      (standalone || pruned.command === undefined
        ? undefined
        : objectionToImports(split, project, workspace, start)) ??
      objectionToBrowsers(split, project, workspace) ??
      objectionToGain(split, image, project);
    if (objection) return objection;
    const packages = image.isSlim ? split.packages : withNativeNeeds(split, project, workspace);
    if (isDeclined(packages)) return packages;
    const whole = projectCopy(split);
    if (isDeclined(whole)) return whole;
    const settings = settingsOf(split);
    if (standalone)
      return { ...standalone, image: image.image, packages, settings: [...settings, ...standalone.settings] };
    const copies = files?.map(path => `${path} ${path}`) ?? [whole];
    const finishing = pruned.command === undefined ? [] : [pruned.command];
    return { image: image.image, packages, copies, finishing, settings };
  },
};

/** Express, Next and many others are slower, or tell visitors more, where nothing says that this is production. */
function settingsOf({ file, stage }: StageSplit): readonly string[] {
  return finalState(file, stage).env.has('NODE_ENV') ? [] : ['NODE_ENV=production'];
}

/** The packages that are installed for the running program, as far as anybody can tell; direct ones first. */
function shippedPackages(
  { dependencies, devDependencies }: NodeProject,
  workspace: WorkspaceFacts,
): Set<string> {
  const lock = nodeLock(workspace);
  const others = [...(lock?.packages ?? [])].filter(
    it => !lock?.development.has(it) && !devDependencies.has(it),
  );
  return new Set([...dependencies, ...others]);
}

/** Adds what the project's packages take from the full image. */
function withNativeNeeds(
  split: StageSplit,
  project: NodeProject,
  workspace: WorkspaceFacts,
): Outcome<readonly string[]> {
  const packages = new Set(split.packages);
  for (const name of shippedPackages(project, workspace)) {
    const needs = nodeSystemNeeds(name);
    if (needs?.length === 0)
      return declineAt(split.file, split.stage.from, 'package-takes-from-full-image', { package: name });
    for (const need of needs ?? []) packages.add(need);
  }
  return [...packages];
}

/** Packages whose install downloads a browser to the home folder of the builder, where it would stay. */
function objectionToBrowsers(
  { file, stage }: StageSplit,
  project: NodeProject,
  workspace: WorkspaceFacts,
): NotOffered | undefined {
  const { env } = finalState(file, stage);
  for (const name of shippedPackages(project, workspace)) {
    const skips = nodeBrowser(name);
    if (skips && !skips.some(it => /^(1|true)$/i.test(env.get(it) ?? '')))
      return declineAt(file, stage.from, 'downloads-browser', { package: name });
  }
  return undefined;
}

/** A slim image without compilers stays as large as it is where no package is for development alone. */
function objectionToGain(split: StageSplit, { isSlim }: SlimVariant, { devDependencies }: NodeProject) {
  const gains = !isSlim || devDependencies.size > 0 || leftBehind(split).length > 0;
  return gains ? undefined : declineAt(split.file, split.stage.from, 'nothing-to-leave-out');
}
