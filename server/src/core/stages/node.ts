import { decline, declineAt, isDeclined, type Outcome } from '../decline';
import { ofKind } from '../dockerfile/query';
import { nodeSystemNeeds } from '../knowledge/node-system-needs';
import type { WorkspaceFacts } from '../project/workspace';
import type { Ecosystem } from './ecosystem';
import { type NodeProject, nodeProject } from './node-project';
import { isStart, nodeStart } from './node-start';
import {
  buildsNode,
  installsPackageManager,
  installsProject,
  type NodeInstaller,
  preparesNode,
} from './node-steps';
import type { StageSplit } from './plan';
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
  }),
  final(split, image, workspace) {
    const project = nodeProject(workspace);
    if (!project) return decline('no-package-json');
    const prune = pruneCommand(split, project, workspace);
    if (isDeclined(prune)) return prune;
    const start = nodeStart(split, project, workspace);
    if (!isStart(start)) return start;
    const packages = image.isSlim ? split.packages : withNativeNeeds(split, project);
    if (isDeclined(packages)) return packages;
    const copy = projectCopy(split);
    return isDeclined(copy) ? copy : { image: image.image, packages, copies: [copy], finishing: [prune] };
  },
};

/** Adds what the project's packages take from the full image. */
function withNativeNeeds(split: StageSplit, { dependencies }: NodeProject): Outcome<readonly string[]> {
  const packages = new Set(split.packages);
  for (const name of dependencies) {
    const needs = nodeSystemNeeds(name);
    if (needs?.length === 0)
      return declineAt(split.file, split.stage.from, 'package-takes-from-full-image', { package: name });
    for (const need of needs ?? []) packages.add(need);
  }
  return [...packages];
}

const LOCKS: Readonly<Record<NodeInstaller, readonly string[]>> = {
  npm: ['package-lock.json', 'npm-shrinkwrap.json'],
  yarn: ['yarn.lock'],
  pnpm: ['pnpm-lock.yaml'],
};

function pruneCommand(
  { file, stage }: StageSplit,
  project: NodeProject,
  { context }: WorkspaceFacts,
): Outcome<string> {
  const runs = ofKind(stage.instructions, 'RUN');
  const installs = runs.flatMap(run =>
    run.script.commands.flatMap(command => {
      const installer = installsProject(command);
      return installer ? [{ run, command, installer }] : [];
    }),
  );
  const [install, second] = installs;
  if (!install) return declineAt(file, stage.from, 'installs-nothing-for-node');
  const { run, command, installer } = install;
  if (second) return declineAt(file, second.run, 'installs-twice');
  if (!LOCKS[installer].some(name => context?.files.has(name)))
    return declineAt(file, run, 'no-lock-file', { tool: installer, file: LOCKS[installer][0] ?? '' });
  if (project.workspaces || context?.files.has('pnpm-workspace.yaml'))
    return declineAt(file, run, 'several-workspaces');
  if (run.mounts.some(({ target }) => /node_modules/.test(target ?? '')))
    return declineAt(file, run, 'installs-into-mount');
  const berry = /^yarn@[2-9]/.test(project.packageManager ?? '') || context?.files.has('.yarnrc.yml');
  if (installer === 'yarn' && berry) return declineAt(file, run, 'yarn-cannot-prune');
  const hook = ['preinstall', 'install', 'postinstall', 'prepare'].find(it => project.scripts.has(it));
  if (installer === 'yarn' && hook) return declineAt(file, run, 'yarn-hook', { hook });
  if (installer === 'pnpm') return 'CI=true pnpm prune --prod --ignore-scripts';
  if (installer === 'yarn') return 'yarn install --production --frozen-lockfile --prefer-offline';
  const legacy = command.words.some(word => word.text === '--legacy-peer-deps') ? ' --legacy-peer-deps' : '';
  return `npm prune --omit=dev${legacy}`;
}
