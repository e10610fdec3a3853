import { dependencyListing } from '../../analysis/installs/dependency-list';
import {
  decline,
  declineAt,
  declineFor,
  isDeclined,
  type Outcome,
  type PlainReasonCode,
  type Reason,
  reason,
} from '../../decline';
import { heredocChain } from '../../dockerfile/heredoc-chain';
import type { Dockerfile, From, Run, Stage } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { chainOf, type Link } from '../../dockerfile/run-chain';
import { stateBefore } from '../../dockerfile/stage-state';
import type { Command } from '../../shell/command';
import type { PipCommand } from '../../shell/pip';
import { uvPipInstall } from '../../shell/uv';
import { withoutTrailing } from '../../text/ends';
import { lastStage } from '../last-stage';
import { describeBase, type PythonBase } from './base-image';
import type { HandoverKind } from './handover-kind';
import { withKnownWords } from './known-words';
import { installsInto, type OwnEnvironment, ownEnvironment } from './own-environment';
import { indexOptions, installsEditable, unfitOption } from './pip-lines';
import { objectionToRun, type Reading } from './run-objections';
import { compiles, type Role, roleOf } from './run-roles';
import { readBase } from './stage-base';
import { systemPython, UV_SYSTEM_PYTHON } from './uv-system';

export interface Part {
  readonly link: Link;
  readonly role: Role;
}

/** A RUN that installs with apt or pip, command by command. */
export interface InstallRun {
  readonly run: Run;
  readonly parts: readonly Part[];
}

/** A stage that ships and installs its packages with pip, Poetry or Pipenv. */
export interface InstallingStage {
  readonly file: Dockerfile;
  readonly stage: Stage;
  readonly base: PythonBase;
  readonly runs: readonly InstallRun[];
  /** The RUNs in which packages of the application are installed, first to last. */
  readonly pipRuns: readonly [InstallRun, ...InstallRun[]];
  readonly pips: readonly PipCommand[];
  /** The virtual environment that the stage makes itself, and that its packages go into. */
  readonly environment: OwnEnvironment | undefined;
}

/** Reads the last stage of a file as one that installs packages, or says which line makes it another thing. */
export function readInstallingStage(file: Dockerfile, handover: HandoverKind): Outcome<InstallingStage> {
  const stage = lastStage(file);
  if (isDeclined(stage)) return stage;
  const base = readBase(file, stage);
  if (isDeclined(base)) return base;
  const environment = handover.readsOwnEnvironment ? ownEnvironment(file, stage) : undefined;
  if (isDeclined(environment)) return environment;
  if (base.python === 'of apt' && !environment)
    return declineAt(file, stage.from, withoutPython(stage, handover));
  const runs = readRuns(file, stage, { handover, environment });
  if (isDeclined(runs)) return runs;
  const [first, ...others] = runs.filter(({ parts }) => parts.some(isPackagesInstall));
  if (!first) return decline('nothing-installed', { installer: handover.installers }, stage.from.span);
  const pips = runs.flatMap(({ parts }) => parts.filter(isApplicationInstall).map(it => it.role.pip));
  const whole = { file, stage, base, runs, pipRuns: [first, ...others] as const, pips, environment };
  return objection(whole, handover) ?? whole;
}

/** Why nothing is handed over where apt installs Python. */
function withoutPython(stage: Stage, handover: HandoverKind): PlainReasonCode {
  const commands = ofKind(stage.instructions, 'RUN').flatMap(run => run.script.commands);
  if (!handover.installsWithPip || !commands.some(it => roleOf(it).kind === 'pip-install'))
    return 'not-python-on-debian';
  return 'python-of-apt';
}

type PipPart = Part & { readonly role: Extract<Role, { kind: 'pip-install' }> };

/** True for an install of what the application imports, not of pip itself. */
export function isApplicationInstall(part: Part): part is PipPart {
  return (
    part.role.kind === 'pip-install' &&
    part.role.installs !== 'pip itself' &&
    part.role.installs !== 'setuptools'
  );
}

type ProjectPart = Part & { readonly role: Extract<Role, { kind: 'project-install' }> };

/** True for an install by Poetry or Pipenv. */
export function isProjectInstall(part: Part): part is ProjectPart {
  return part.role.kind === 'project-install';
}

/** True for an install by Poetry, Pipenv or uv: these stay outside of what they fill. */
export function isInstallerCall(part: Part): boolean {
  const { role } = part;
  return role.kind === 'project-install' || (role.kind === 'pip-install' && isUv(role.pip));
}

function isUv({ command }: PipCommand): boolean {
  return command.name === 'uv';
}

/** True for every install of what the application imports. */
export function isPackagesInstall(part: Part): boolean {
  return isApplicationInstall(part) || isProjectInstall(part);
}

const INSTALLS: readonly Role['kind'][] = [
  ...(['apt-update', 'apt-upgrade', 'apt-install', 'apt-remove', 'apt-clean', 'pip-install'] as const),
  ...([
    'project-install',
    'installer-setup',
    'environment-made',
    'environment-active',
    'install-setup',
  ] as const),
];

function readRuns(file: Dockerfile, stage: Stage, reading: Reading): Outcome<readonly InstallRun[]> {
  const { handover, environment } = reading;
  const found: InstallRun[] = [];
  const all = ofKind(stage.instructions, 'RUN');
  const byInstaller = all.some(run =>
    run.script.commands.some(it => roleOf(it).kind === 'project-install' || uvPipInstall(it) !== undefined),
  );
  for (const run of all) {
    const objection = objectionToRun(file, run, reading);
    if (objection) return objection;
    const commands = commandsOf(file, run, environment);
    const installs = commands.some(command => INSTALLS.includes(roleOf(command).kind));
    if (!installs) continue;
    const chain = chainOf(file, run) ?? heredocChain(file, run);
    if (!chain) return declineAt(file, run, 'installs-in-script');
    const parts = chain.map(link => {
      const command = commands[run.script.commands.indexOf(link.command)] ?? link.command;
      return { link: { ...link, command }, role: environment ? roleBeside(command) : roleOf(command) };
    });
    const known =
      handover.installsWithPip && handover.delivers === 'packages' ? withDependencyList(parts) : parts;
    const isOnlyTool = (part: Part) =>
      byInstaller ||
      (environment !== undefined &&
        installsInto(file, run, part.link.command, environment) !== 'environment');
    found.push({ run, parts: known.map(part => (isOnlyTool(part) ? asInstallerOnly(part) : part)) });
  }
  return found;
}

/** Where an environment is handed over, the pip that is set up need not be there yet in what ships. */
function roleBeside(command: Command): Role {
  const role = roleOf(command);
  return role.kind === 'install-setup' && command.name.startsWith('pip') ? { kind: 'other' } : role;
}

/** The commands of a RUN; where there is an environment, with the variables that name its folder put in. */
function commandsOf(file: Dockerfile, run: Run, environment: OwnEnvironment | undefined): readonly Command[] {
  if (!environment) return run.script.commands;
  const { env } = stateBefore(file, run);
  return run.script.commands.map(command => withKnownWords(command, run.script, env));
}

/** A list that is written, read and removed in one RUN: whoever installs makes it. */
function withDependencyList(parts: readonly Part[]): readonly Part[] {
  const [first, ...others] = parts;
  const path = first && dependencyListing(first.link.command)?.list;
  const gone = others.findIndex(({ link: { command } }) => command.name === 'rm' && removes(command, path));
  if (!first || path === undefined || gone === -1) return parts;
  const reads = others.slice(0, gone).some(it => isApplicationInstall(it) && readsFile(it.role.pip, path));
  const role = { kind: 'dependency-list', path } as const;
  return reads ? parts.map((it, index) => (index === 0 || index === gone + 1 ? { ...it, role } : it)) : parts;
}

function removes({ words }: Command, path: string | undefined): boolean {
  const operands = words.slice(1).filter(word => !/^-[rf]+$/.test(word.text));
  return operands.length === 1 && operands[0]?.text === path;
}

function readsFile({ requirements }: PipCommand, path: string): boolean {
  return requirements.some(word => word.text === path);
}

/** An installer that has done its work belongs to the application as little as pip does. */
function asInstallerOnly(part: Part): Part {
  const { role } = part;
  if (role.kind !== 'pip-install' || role.installs !== 'installers') return part;
  return { ...part, role: { ...role, installs: 'pip itself' } };
}

function objection(whole: InstallingStage, handover: HandoverKind) {
  return (
    objectionToPips(whole, handover) ??
    objectionToUv(whole) ??
    objectionToOrder(whole) ??
    objectionToOtherRuns(whole) ??
    objectionToState(whole, handover)
  );
}

function objectionToPips({ file, pipRuns, pips, environment }: InstallingStage, handover: HandoverKind) {
  for (const { run, parts } of pipRuns) {
    for (const { role } of parts.filter(isApplicationInstall)) {
      const fit = environment && isUv(role.pip) ? ['-p', '--python'] : [];
      const objection = objectionToPip(role.pip, handover, fit);
      if (objection) return declineFor(file, run, objection);
    }
  }
  const [first] = pipRuns;
  if (handover.delivers === 'wheels' && new Set(pips.map(indexOptions)).size > 1) {
    return declineAt(file, first.run, 'several-indexes');
  }
  return undefined;
}

function objectionToPip(pip: PipCommand, handover: HandoverKind, fit: readonly string[]): Reason | undefined {
  if (pip.line.options.some(({ name }) => name === '--no-index')) return reason('installs-wheels');
  const unfit = unfitOption(pip, handover.delivers, fit);
  if (unfit) return reason('installs-with-option', { option: unfit.name, effect: handover.optionEffect });
  if (pip.packages.length === 0 && pip.requirements.length === 0 && !installsEditable(pip))
    return reason('installs-nothing');
  const indirect = [...pip.packages, ...pip.requirements, ...pip.constraints].find(
    word => !word.literal && word.text.startsWith('$'),
  );
  return indirect && reason('installs-variable');
}

/** Where uv installs to is the Python of the image only where it is told so, in words that can be taken away. */
function objectionToUv({ file, pipRuns, environment }: InstallingStage) {
  for (const { run, parts } of pipRuns) {
    for (const { role } of parts.filter(isApplicationInstall)) {
      if (!isUv(role.pip)) continue;
      const { command } = role.pip;
      const settings = [...command.assignments.map(it => it.name), ...stateBefore(file, run).env.keys()];
      const setting = settings.find(name => /^UV_(PYTHON|OFFLINE|TARGET|PREFIX)$/.test(name));
      if (setting) return declineAt(file, run, 'uv-setting', { setting });
      if (environment) continue;
      const system = systemPython(file, run, role.pip);
      if (system === 'inherited')
        return declineAt(file, run, 'inherited-system-python', { variable: UV_SYSTEM_PYTHON });
      if (system === 'no') return declineAt(file, run, 'environment-of-uv');
    }
  }
  return undefined;
}

/** Before the last install nothing may happen that could shape what is built; after it, nothing may compile. */
function objectionToOrder({ file, stage, pipRuns, runs }: InstallingStage) {
  const last = pipRuns.at(-1) ?? pipRuns[0];
  for (const instruction of ofKind(stage.instructions, 'RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK')) {
    const compiler = instruction.script.commands.find(compiles);
    if (compiler)
      return declineAt(file, instruction, 'compiler-in-final-stage', { program: commandName(compiler) });
  }
  for (const run of ofKind(stage.instructions, 'RUN')) {
    const commands = run.script.commands;
    if (run.span.start > last.run.span.start) continue;
    const parts = runs.find(it => it.run === run)?.parts;
    const before = parts && run === last.run ? parts.slice(0, parts.findLastIndex(isPackagesInstall)) : parts;
    const roles = before?.map(part => part.role) ?? commands.map(roleOf);
    const other = roles.findIndex(role => role.kind === 'other');
    const shaping = other === -1 ? undefined : (before?.[other]?.link.command ?? commands[other]);
    if (shaping || (run.script.broken && !parts)) {
      return declineAt(file, run, 'runs-before-install', { program: commandName(shaping) });
    }
  }
  return undefined;
}

function commandName(command: Command | undefined): string {
  return command?.name || 'a script';
}

function objectionToOtherRuns({ file, runs, pipRuns }: InstallingStage) {
  const last = pipRuns.at(-1) ?? pipRuns[0];
  for (const { run, parts } of runs) {
    const variable = parts
      .flatMap(({ role }) => (role.kind === 'apt-install' ? role.apt.packages : []))
      .find(word => !word.literal && word.text.startsWith('$'));
    if (variable) return declineAt(file, run, 'variable-packages');
    if (run.flags.some(flag => flag.name !== 'mount')) return declineAt(file, run, 'unknown-flags');
    if (run.span.start > last.run.span.start && parts.some(({ role }) => role.kind === 'pip-install'))
      return declineAt(file, run, 'changes-pip');
  }
  return undefined;
}

function objectionToState({ file, pipRuns, environment }: InstallingStage, handover: HandoverKind) {
  const last = pipRuns.at(-1) ?? pipRuns[0];
  const { user, env, shell } = stateBefore(file, last.run);
  const takesOwner = environment !== undefined || handover.keepsUser;
  if (user && !takesOwner && !/^(root|0)(:.*)?$/.test(user.user?.text ?? ''))
    return declineAt(file, user, 'installs-as-user');
  const isElsewhere = (name: string) =>
    name === 'VIRTUAL_ENV' && handover.installsWithPip && withoutSlash(env.get(name)) !== environment?.folder;
  const variable = [...env.keys()].find(name => handover.changedBy.test(name) || isElsewhere(name));
  if (variable) return declineAt(file, last.run, 'pip-setting', { setting: variable });
  if (shell && !/(^|\/)(ba)?sh$/.test(shell[0]?.text ?? '')) return declineAt(file, last.run, 'other-shell');
  return undefined;
}

function withoutSlash(path: string | undefined): string {
  return withoutTrailing(path ?? '', '/');
}

/** The base image as people know it, for sentences. */
export function baseName(from: From, base: PythonBase): string {
  return from.image?.literal ? from.image.text : describeBase(base);
}
