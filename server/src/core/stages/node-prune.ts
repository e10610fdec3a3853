import { declineAt, type Outcome } from '../decline';
import { ofKind } from '../dockerfile/query';
import { stateBefore } from '../dockerfile/stage-state';
import type { WorkspaceFacts } from '../project/workspace';
import type { Command } from '../shell/command';
import { textAt } from '../text/span';
import type { NodeProject } from './node-project';
import { installsProject, type NodeInstaller } from './node-steps';
import type { StageSplit } from './plan';

const LOCKS: Readonly<Record<NodeInstaller, readonly string[]>> = {
  npm: ['package-lock.json', 'npm-shrinkwrap.json'],
  yarn: ['yarn.lock'],
  pnpm: ['pnpm-lock.yaml'],
};

/** How the packages that only development needs are removed. */
export interface Pruning {
  readonly installer: NodeInstaller;
  /** Where they are installed; absolute. */
  readonly folder: string | undefined;
  /** Undefined where the install leaves them out anyway. */
  readonly command: string | undefined;
}

export function pruning(
  { file, stage }: StageSplit,
  project: NodeProject,
  { context }: WorkspaceFacts,
): Outcome<Pruning> {
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
  const folder = stateBefore(file, run).workdir;
  const again = leavesOutDevelopment(command) ? undefined : pruneCommand(installer, command);
  // Only yarn may fetch packages again, with the caches and secrets that the install had.
  const mounts = installer === 'yarn' ? run.flags.filter(it => it.name === 'mount') : [];
  const flags = mounts.map(it => `${textAt(file.text, it.span)} `).join('');
  return { installer, folder, command: again === undefined ? undefined : flags + again };
}

function leavesOutDevelopment({ words }: Command): boolean {
  const options = words.map(it => it.text);
  return options.some(
    (it, index) =>
      /^(--production(=true)?|--prod|-P|--omit=dev|--only=prod(uction)?)$/.test(it) ||
      (it === '--omit' && options[index + 1] === 'dev'),
  );
}

/** Options that make an install more lenient, or that it needs to succeed at all, for the second look at the packages too. */
const KEPT_OPTIONS: Readonly<Record<NodeInstaller, RegExp>> = {
  npm: /^(--force|-f|--legacy-peer-deps|--ignore-scripts|--no-audit|--no-fund|--install-links)$/,
  yarn: /^(--frozen-lockfile|--pure-lockfile|--no-lockfile|--ignore-(engines|scripts|platform|optional)|--non-interactive|--silent|--network-timeout(=\d+)?|--network-concurrency(=\d+)?|--force)$/,
  pnpm: /^$/,
};

/** Never stricter than the install of the file was. */
function pruneCommand(installer: NodeInstaller, { words }: Command): string {
  const options = words.slice(1).flatMap(({ text }, index, all) => {
    if (!KEPT_OPTIONS[installer].test(text)) return [];
    const value = all[index + 1]?.text ?? '';
    return /^--network-\w+$/.test(text) && /^\d+$/.test(value) ? [`${text} ${value}`] : [text];
  });
  // Where pnpm removes packages, it runs `prepare`, which calls tools that are no longer there.
  if (installer === 'pnpm') return 'CI=true pnpm prune --prod --ignore-scripts';
  const more = options.map(it => ` ${it}`).join('');
  if (installer === 'npm') return `npm prune --omit=dev${more}`;
  return `yarn install --production${more} --prefer-offline`;
}
