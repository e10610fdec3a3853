import { formerUser, isRoot, madeUsers, ownerOfDebian } from '../../analysis/privileges/users';
import { notYetOwned, writtenFolders } from '../../analysis/privileges/written-folders';
import { containerStart } from '../../dockerfile/container-start';
import { insertAbove, insertBelow, instructionText } from '../../dockerfile/edit';
import { exposedPorts } from '../../dockerfile/exposed-ports';
import { formatImageRef, repositoryName } from '../../dockerfile/image-ref';
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/model';
import { ofKind, stagesThatRun } from '../../dockerfile/query';
import { rootBase } from '../../dockerfile/stage-graph';
import { finalState } from '../../dockerfile/stage-state';
import type { Fix } from '../../finding';
import { type BaseImage, baseImage } from '../../knowledge/base-images';
import { servicesOf } from '../../project/image-services';
import type { WorkspaceFacts } from '../../project/workspace';
import { dockerfileRule } from '../../rule';
import { type Edit, insert, replace } from '../../text/edit';
import { join, textAt } from '../../text/span';
import type { Word } from '../../text/word';
import { givesRootUp } from './runs-as-root/gives-root-up';
import { startsDevelopmentServer } from './runs-as-root/needs-root';
import { needsRootsHome, type RootsPackages, rootsPackages } from './runs-as-root/roots-home';

export const runsAsRoot = dockerfileRule({
  meta: {
    id: 'runs-as-root',
    category: 'security',
    severity: 'warning',
    since: '0.1.0',
    aliases: ['DL3002'],
    fix: 'unsafe',
    summary: 'The image runs its service as root',
  },
  *check(file, { workspace }) {
    if (/(^|\/)\.devcontainer\//.test(file.path)) return;
    const seen = new Set<Instruction>();
    for (const stage of stagesThatRun(file, workspace.targets)) {
      const root = rootBase(file, stage);
      const base = root.kind === 'image' ? baseImage(root.ref) : undefined;
      const { user, ...state } = finalState(file, stage);
      const cause = user ?? stage.from;
      if (seen.has(cause) || dropsRoot(file, stage, base) || givesRootUp(file, stage, workspace)) continue;
      if (user ? !isRoot(user, state.variables) : base?.user !== 'root') continue;
      seen.add(cause);
      const image = root.kind === 'image' ? formatImageRef({ ...root.ref, digest: undefined }) : 'its base';
      yield {
        at: join(cause.keyword.span, cause.argsSpan),
        message: user
          ? 'the container runs as root: this is the last USER'
          : `the container runs as root: no USER is set here or in ${image}`,
        ...(startsAShell(file, stage, workspace) ? { atMost: 'hint' as const } : {}),
        fixes: () => switchFixes(file, stage, base, workspace),
      };
    }
  },
});

/** True where the image that it is built on starts as root and gives that up, by its entrypoint or by its command. */
function dropsRoot(file: Dockerfile, stage: Stage, base: BaseImage | undefined): boolean {
  if (!base || base.user === 'drops-root') return base !== undefined;
  const { cmd, entrypoint } = containerStart(file, stage);
  return base.commandDropsRoot && !cmd && !entrypoint;
}

/** Official images whose own command is a shell or the prompt of a language. */
const OF_A_SHELL =
  /^(alpine|archlinux|busybox|debian|ubuntu|fedora|rockylinux|almalinux|amazonlinux|golang|rust|python|node|ruby|gcc|julia|swift|deno|bun|eclipse-temurin|amazoncorretto|ibm-semeru-runtimes|sapmachine|zulu-openjdk(-alpine|-debian)?)$/;

/** True where nothing tells of a service: no command, no port, and no Compose service that runs the image. */
function startsAShell(file: Dockerfile, stage: Stage, workspace: WorkspaceFacts): boolean {
  const root = rootBase(file, stage);
  if (root.kind !== 'image' || !OF_A_SHELL.test(repositoryName(root.ref))) return false;
  const { cmd, entrypoint } = containerStart(file, stage);
  if (cmd || entrypoint || exposedPorts(file, stage).length > 0) return false;
  return servicesOf(file, stage, workspace).length === 0;
}

function switchFixes(
  file: Dockerfile,
  stage: Stage,
  base: BaseImage | undefined,
  workspace: WorkspaceFacts,
): Fix[] {
  if (startsDevelopmentServer(containerStart(file, stage).commands, workspace)) return [];
  const made = madeUsers(file, stage);
  const known = formerUser(file, stage);
  if (known !== undefined)
    return needsRootsHome(file, stage, workspace) ? [] : [switchTo(file, stage, known, [])];
  // Of several users only their maker knows which one is for the service.
  if (made.length > 1) return [];
  if (made[0]) return switchToOwner(file, stage, made[0], workspace);
  if (!base) return [];
  const owner = base.makesUsersWith === 'useradd' ? ownerOfDebian(file, stage) : undefined;
  if (owner) return switchToOwner(file, stage, owner, workspace);
  const packages = rootsPackages(stage);
  if (packages && base.makesUsersWith && !needsRootsHome(file, stage, workspace, packages))
    return [moveToHome(file, stage, packages, MAKE_USER[base.makesUsersWith])];
  if (needsRootsHome(file, stage, workspace)) return [];
  const folders = writtenFolders(file, stage);
  if (base.ownUser) {
    const canChown = folders.length > 0 && base.packageManager !== 'none';
    const steps = canChown ? [`chown ${base.ownUser}:${base.ownUser} ${folders.join(' ')}`] : [];
    return [switchTo(file, stage, base.ownUser, steps)];
  }
  const make = base.makesUsersWith && MAKE_USER[base.makesUsersWith];
  if (!make) return [];
  const steps = folders.length > 0 ? [make, `chown app:app ${folders.join(' ')}`] : [make];
  return [switchTo(file, stage, 'app', steps)];
}

/** What the service writes to goes with it, apart from what a RUN has handed over; the user's group may have any name. */
function switchToOwner(file: Dockerfile, stage: Stage, user: string, workspace: WorkspaceFacts): Fix[] {
  if (needsRootsHome(file, stage, workspace)) return [];
  const folders = notYetOwned(file, stage, user, writtenFolders(file, stage));
  return [switchTo(file, stage, user, folders.length > 0 ? [`chown ${user}: ${folders.join(' ')}`] : [])];
}

/** The user is made first: its home, and what is copied there, are to belong to it. */
function moveToHome(file: Dockerfile, stage: Stage, packages: RootsPackages, make: string): Fix {
  const { copy, destination, programs } = packages;
  const home = '/home/app/.local';
  const folders = writtenFolders(file, stage);
  const steps =
    folders.length > 0 ? [instructionText(file, 'RUN', `chown app:app ${folders.join(' ')}`)] : [];
  return {
    title: 'Create the user app, copy the packages to its home and switch to it',
    safety: 'unsafe',
    edits: [
      insertAbove(file, copy, [instructionText(file, 'RUN', make)]),
      insert(copy.flags.at(-1)?.span.end ?? copy.keyword.span.end, ' --chown=app:app'),
      replace(destination.span, home),
      ...programs.map(word =>
        replace(word.span, textAt(file.text, word.span).replaceAll('/root/.local', home)),
      ),
      insertBehindLastStep(file, stage, [...steps, instructionText(file, 'USER', 'app')]),
    ],
  };
}

const MAKE_USER = {
  useradd: 'useradd --create-home --uid 10001 app',
  adduser: 'adduser -D -u 10001 app',
} as const;

function switchTo(file: Dockerfile, stage: Stage, user: string, steps: readonly string[]): Fix {
  const run = steps.length > 0 ? [instructionText(file, 'RUN', steps.join(' && '))] : [];
  const made = steps[0]?.startsWith('chown') === false;
  const last = run.length === 0 ? lastUser(stage) : undefined;
  return {
    title: made ? `Create the user ${user} and switch to it` : `Switch to the user ${user}`,
    safety: 'unsafe',
    edits: last
      ? [replace(last.span, user)]
      : [insertBehindLastStep(file, stage, [...run, instructionText(file, 'USER', user)])],
  };
}

/** The user of a USER that nothing comes after which it is for: another one below it would only undo it. */
function lastUser({ instructions }: Stage): Word | undefined {
  const last = instructions.findLast(it => STEPS.includes(it.kind));
  return last?.kind === 'USER' ? last.user : undefined;
}

/** Steps that may need root, or that set who runs what follows. */
const STEPS: readonly Instruction['kind'][] = ['FROM', 'RUN', 'COPY', 'ADD', 'WORKDIR', 'USER'];

/** Above the CMD or ENTRYPOINT that ends the stage, else at its very end. */
function insertBehindLastStep(file: Dockerfile, stage: Stage, lines: readonly string[]): Edit {
  const { instructions } = stage;
  const lastStep = instructions.findLastIndex(it => STEPS.includes(it.kind));
  const start = ofKind(instructions.slice(lastStep), 'CMD', 'ENTRYPOINT')[0];
  return start
    ? insertAbove(file, start, lines)
    : insertBelow(file, instructions.at(-1) ?? stage.from, lines);
}
