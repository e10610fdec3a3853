import { decline, declineAt, isDeclined, type Outcome } from '../decline';
import { formatImageRef, isOfficial } from '../dockerfile/image-ref';
import type { Copy, Dockerfile } from '../dockerfile/model';
import { ofKind } from '../dockerfile/query';
import { stateBefore } from '../dockerfile/stage-state';
import type { WorkspaceFacts } from '../facts/workspace';
import { slimTwin } from '../knowledge/base-images';
import { nodeSystemNeeds } from '../knowledge/node-system-needs';
import { imagePath } from '../manifest/copied-files';
import { type NodeProject, nodeProject } from './node-project';
import { isStart, nodeStart } from './node-start';
import {
  buildsNode,
  installsPackageManager,
  installsProject,
  type NodeInstaller,
  preparesNode,
} from './node-steps';
import { type BuildLanguage, type StageSplit, splitAtBuild } from './plan';

export interface NodePlan {
  readonly split: StageSplit;
  /** Takes the development dependencies out. */
  readonly prune: string;
  readonly image: string;
  /** What the image that runs copies, with `--chown` where the sources had an owner. */
  readonly copy: string;
}

const NODE: BuildLanguage = {
  buildsWith: 'npm, yarn or pnpm',
  builds: buildsNode,
  prepares: preparesNode,
  runs: program => /^(node|npm|npx|yarn)$/.test(program),
  installs: installsPackageManager,
  shipsFolder: true,
};

/** How the project that a Dockerfile builds can be parted from its tools, or what stands in the way. */
export function planNode(file: Dockerfile, workspace: WorkspaceFacts): Outcome<NodePlan> {
  const image = runtimeImage(file);
  if (isDeclined(image)) return image;
  const split = splitAtBuild(file, workspace, NODE);
  if (isDeclined(split)) return split;
  const project = nodeProject(workspace);
  if (!project) return decline('no-package-json');
  const prune = pruneCommand(split, project, workspace);
  if (isDeclined(prune)) return prune;
  const start = nodeStart(split, project, workspace);
  if (!isStart(start)) return start;
  const whole = image.slim ? split : withNativeNeeds(split, project);
  if (isDeclined(whole)) return whole;
  const copy = projectCopy(split);
  return isDeclined(copy) ? copy : { split: whole, prune, image: image.name, copy };
}

/** Adds what the project's packages take from the full image. */
function withNativeNeeds(split: StageSplit, { dependencies }: NodeProject): Outcome<StageSplit> {
  const packages = new Set(split.packages);
  for (const name of dependencies) {
    const needs = nodeSystemNeeds(name);
    if (needs?.length === 0)
      return declineAt(split.file, split.stage.from, 'package-takes-from-full-image', { package: name });
    for (const need of needs ?? []) packages.add(need);
  }
  return { ...split, packages: [...packages] };
}

/** On Debian the slim twin of the same release, else the image itself. */
function runtimeImage(file: Dockerfile): Outcome<{ readonly name: string; readonly slim: boolean }> {
  const [stage] = file.stages;
  if (!stage) return decline('no-from');
  const { base, from } = stage;
  if (base.kind !== 'image' || !isOfficial(base.ref, 'node'))
    return declineAt(file, from, 'not-official-node');
  if (!from.image?.literal) return declineAt(file, from, 'variable-base');
  const { tag = 'latest', digest } = base.ref;
  if (digest || /slim/.test(tag)) return { name: from.image.text, slim: true };
  if (/alpine/.test(tag)) return declineAt(file, from, 'node-on-alpine');
  const twin = slimTwin(base.ref);
  return twin ? { name: formatImageRef(twin), slim: false } : declineAt(file, from, 'no-slim-variant');
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

function projectCopy({ file, stage, lastBuild, workdir }: StageSplit): Outcome<string> {
  const copies = ofKind(stage.instructions, 'COPY', 'ADD').filter(it => it.span.start < lastBuild.span.start);
  const outside = copies.find(copy => !isInside(file, copy, workdir));
  if (outside) return declineAt(file, outside, 'copies-outside', { folder: workdir });
  const owners = new Set(copies.map(copy => copy.flags.find(it => it.name === 'chown')?.value ?? ''));
  const [owner = '', other] = owners;
  const odd = copies.find(copy => (copy.flags.find(it => it.name === 'chown')?.value ?? '') !== owner);
  if (other !== undefined && odd) return declineAt(file, odd, 'several-owners');
  const flag = owner === '' ? '' : `--chown=${owner} `;
  return `${flag}${workdir} ./`;
}

function isInside(file: Dockerfile, copy: Copy, workdir: string): boolean {
  const { destination } = copy;
  const from = stateBefore(file, copy).workdir;
  if (!destination?.literal || from === undefined) return false;
  const path = imagePath(from, destination.text);
  return path === workdir || path.startsWith(`${workdir}/`);
}
