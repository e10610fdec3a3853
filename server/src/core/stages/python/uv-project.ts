import { uvEnvironment } from '../../analysis/installs/uv-environment';
import { projectLock, uvProject } from '../../analysis/installs/uv-lock';
import { mountText } from '../../analysis/layers/cache-mount';
import { keptDownloads } from '../../analysis/layers/kept-downloads';
import { linkByCopy } from '../../analysis/layers/uv-cache';
import { accountMade } from '../../analysis/privileges/run-user';
import { decline, declineAt, isDeclined, type Outcome } from '../../decline';
import type { Dockerfile, Run } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { finalState, stateBefore } from '../../dockerfile/stage-state';
import { inWorkspace } from '../../project/context-needs';
import type { WorkspaceFacts } from '../../project/workspace';
import { isSwitchedOn, type UvCommand, uncachedOption, uvCommand, uvOption } from '../../shell/uv';
import { type Edit, insert, replace } from '../../text/edit';
import { copiedFile } from './copied-files';
import type { Handover, UvProjectStage } from './handover';
import { installUser, lateAccount, objectionToUser } from './install-user';
import { isOnPath } from './moved-packages';
import { joinPath } from './paths';
import { type InstallingStage, isProjectInstall } from './stage-reading';

/** Reads what `uv sync` does in the stage that ships, or says why it cannot be told for certain. */
function readUvProject(whole: InstallingStage, facts: WorkspaceFacts): Outcome<UvProjectStage> {
  const { file, pipRuns, pips } = whole;
  const [{ run }] = pipRuns;
  const syncs = syncsOf(whole);
  const [first] = syncs;
  if (!first)
    return declineAt(file, run, 'without-uv-sync', { installer: pips.length > 0 ? 'pip' : 'another tool' });
  if (pips.length > 0) return declineAt(file, run, 'pip-beside-uv');
  const user = objectionToUser(whole, first.run);
  if (user) return user;
  const folders = new Set(syncs.map(it => environmentOf(file, it)));
  const [environment] = folders;
  if (folders.size > 1 || environment === undefined) return declineAt(file, run, 'unknown-environment');
  const lock = projectLock(file, first.run, 'pyproject.toml', facts);
  const { context } = facts;
  const text = lock && context && facts.texts.get(inWorkspace(context, lock.project));
  if (!lock || !context || text === undefined || lock.lockComes === 'missing')
    return declineAt(file, run, 'no-uv-lock');
  const python = objectionToPython(
    whole,
    text,
    facts.texts.get(inWorkspace(context, lock.lock.replace(/uv\.lock$/, '.python-version'))),
  );
  if (python) return python;
  const paths = [...context.files.keys(), ...context.entries.map(it => `${it.path}/`)];
  const inContext = paths.some(path => /(^|\/)\.venv\//.test(path));
  if (inContext) return decline('context-holds-venv');
  const { isPackage, hasLocalDependencies } = uvProject(text);
  if (syncs.length > 1 || hasLocalDependencies)
    return { environment, manifests: undefined, installsProject: false };
  const files = ['pyproject.toml', 'uv.lock', 'uv.toml', '.python-version'];
  const exists = (path: string) => context.files.has(path);
  const manifests = files.flatMap(
    name => copiedFile(file, whole.stage, first.run, joinPath(lock.folder, name), exists) ?? [],
  );
  const leavesOut =
    uvOption(first.uv, '--no-install-project', '--no-install-workspace', '--no-install-local') !== undefined;
  return { environment, manifests, installsProject: isPackage && !leavesOut };
}

interface PlacedSync {
  readonly run: Run;
  readonly uv: UvCommand;
}

function syncsOf({ pipRuns }: InstallingStage): PlacedSync[] {
  return pipRuns.flatMap(({ run, parts }) =>
    parts.filter(isProjectInstall).flatMap(({ link }) => {
      const uv = uvCommand(link.command);
      return uv ? [{ run, uv }] : [];
    }),
  );
}

function environmentOf(file: Dockerfile, { run, uv }: PlacedSync): string | undefined {
  const found = uvEnvironment(file, run, uv);
  return found?.kind === 'venv' && !/^\/usr(\/local)?$/.test(found.folder) ? found.folder : undefined;
}

/** Where the image's Python does not fit, uv downloads another, which stays behind in the builder. */
function objectionToPython(
  { file, stage, base }: InstallingStage,
  project: string,
  pinned: string | undefined,
) {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(base.ref.tag ?? '') ?? [];
  const from = stage.from;
  const pin = /^(\d+)\.(\d+)/.exec(pinned?.trim() ?? '');
  if (pin && (pin[1] !== major || pin[2] !== minor)) return declineAt(file, from, 'other-python-version');
  const required = /^[ \t]*requires-python\s*=\s*["'](.*)/m.exec(project)?.[1] ?? '';
  const least = />=\s*(\d+)\.(\d+)/.exec(required);
  const fits = major === undefined || !least || Number(least[2]) <= Number(minor);
  return fits ? undefined : declineAt(file, from, 'python-too-old');
}

/** How the environment of `uv sync` gets from the builder into what ships. */
export function uvHandover(
  whole: InstallingStage,
  builder: string,
  facts: WorkspaceFacts,
): Outcome<Handover> {
  const project = readUvProject(whole, facts);
  if (isDeclined(project)) return project;
  const { environment } = project;
  const user = installUser(whole.file, whole.pipRuns[0].run);
  const owner = user ?? ownerOf(whole);
  const account = lateAccount(whole, user);
  return {
    makesEnvironment: false,
    folder: environment,
    prepare: [],
    takeOver: [
      ['COPY', `--from=${builder} ${owner ? `--chown=${owner} ` : ''}${environment} ${environment}`],
      ...(isOnPath(whole.stage, environment) ? [] : [['ENV', `PATH=${environment}/bin:$PATH`] as const]),
    ],
    ...(account ? { behind: account } : {}),
    project,
    builderDoes: `fills ${environment} from the lock file, the dependencies before the code, with uv's downloads in a cache mount`,
    because: `Copies ${environment} from the builder stage: uv, its cache and the build tools stay there`,
  };
}

/** Who runs what ships, where the account is there by the time of the install. */
function ownerOf({ file, stage, pipRuns }: InstallingStage): string | undefined {
  const { user } = finalState(file, stage);
  const text = user?.user?.literal ? user.user.text : '';
  const name = text.split(':')[0] ?? '';
  if (name === '' || /^(root|0+)$/.test(name)) return undefined;
  if (/^\d+$/.test(name)) return text;
  // The environment may come in front of the first copy of code.
  const last = pipRuns.at(-1) ?? pipRuns[0];
  const first = ofKind(stage.instructions, 'COPY', 'ADD')[0] ?? last.run;
  const until = Math.min(first.span.start, last.run.span.start);
  const early = ofKind(stage.instructions, 'RUN').filter(it => it.span.start < until);
  const isMade = early.some(run => run.script.commands.some(it => accountMade(it)?.name === name));
  return isMade ? text : undefined;
}

/** What a `uv sync` of the builder is told, beside what it says: the lock file as it is, and no tools for development. */
export function syncEdits(
  file: Dockerfile,
  run: Run,
  uv: UvCommand,
  step: 'dependencies' | 'as written',
): Edit[] {
  const { env } = stateBefore(file, run);
  const isOn = (name: string) => isSwitchedOn(env.get(name));
  const locked = uvOption(uv, '--frozen', '--locked') || isOn('UV_FROZEN') || isOn('UV_LOCKED');
  const groups = uv.line.options.some(({ name }) =>
    /^--(no-)?(dev|only-dev|group|only-group|all-groups|default-groups)$/.test(name),
  );
  const added = [
    ...(locked ? [] : ['--frozen']),
    ...(groups || isOn('UV_NO_DEV') ? [] : ['--no-dev']),
    ...(step === 'dependencies' ? ['--no-install-project'] : []),
    ...(linkByCopy(file, run, uv).length > 0 ? ['--link-mode=copy'] : []),
  ];
  const uncached = uncachedOption(uv);
  const dropped = uncached && uncached.name !== '-n' ? [replace(uncached.word.span, '')] : [];
  return [...(added.length > 0 ? [insert(uv.verbSpan.end, ` ${added.join(' ')}`)] : []), ...dropped];
}

/** The flags of a RUN of uv, with a mount that keeps its downloads. */
export function syncFlags(file: Dockerfile, run: Run, uv: UvCommand): string[] {
  const written = run.flags.map(flag => file.text.slice(flag.span.start, flag.span.end));
  const isOff =
    isSwitchedOn(stateBefore(file, run).env.get('UV_NO_CACHE')) || uncachedOption(uv)?.name === '-n';
  const kept = keptDownloads(file, run, it => it.command === uv.command);
  // The builder works as root, whoever works here.
  const folders = installUser(file, run) === undefined ? kept?.missing : [{ target: '/root/.cache/uv' }];
  const missing = isOff ? [] : (folders ?? []);
  return [...missing.map(mountText), ...written];
}
