import { declineAt, declineFor, type Reason, reason } from '../../decline';
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import type { WorkspaceFacts } from '../../project/workspace';
import { aptPackageName } from '../../shell/apt';
import { argumentsOf, type Command } from '../../shell/command';
import { venvOfProgram } from '../../shell/venv';
import { copiedFile, folderAt } from './copied-files';
import type { Handover } from './handover';
import { isCopied, startedScripts } from './own-scripts';
import { folderOf, joinPath } from './paths';
import { installsEditable } from './pip-lines';
import { otherInstaller } from './run-roles';
import { type InstallingStage, isApplicationInstall } from './stage-reading';
import type { NamedPackage } from './system-needs';

/**
 * What stands in the way where packages move out of the Python installation into a folder of their own: programs
 * called by the old path, and whatever starts with a PATH that is not the image's.
 */
export function objectionToMoving(
  whole: InstallingStage,
  { handover, named }: { readonly handover: Handover; readonly named: readonly NamedPackage[] },
  facts: WorkspaceFacts,
) {
  const { file, stage } = whole;
  if (whole.environment) return objectionToStaying(whole, named, facts);
  for (const instruction of laterInstructions(whole)) {
    const commands = 'script' in instruction ? instruction.script.commands : [];
    const called = [...commands, ...startedScripts(instruction, facts)];
    const found = called.flatMap(command => objectionToCommand(command, stage) ?? [])[0];
    if (found) return declineFor(file, instruction, found);
    if (namesPackages(instruction)) return declineAt(file, instruction, 'names-package-folder');
    if (replacesPath(instruction))
      return declineAt(file, instruction, 'hides-path', { folder: handover.folder });
  }
  return (
    objectionToSystem(whole) ??
    objectionToNames(whole, named) ??
    objectionToEditable(file, stage, whole, facts)
  );
}

/** Packages that stay where they are lose nothing but the installers, and the place that a link to sources leads to. */
function objectionToStaying(whole: InstallingStage, named: readonly NamedPackage[], facts: WorkspaceFacts) {
  const { file, stage, base, pipRuns } = whole;
  const embeds = base.python === 'of apt' && named.find(({ name }) => EMBEDS_PYTHON.test(name));
  if (embeds) return declineAt(file, pipRuns[0].run, 'embeds-python', { package: embeds.name });
  for (const instruction of laterInstructions(whole)) {
    const commands = 'script' in instruction ? instruction.script.commands : [];
    const called = [...commands, ...startedScripts(instruction, facts)].flatMap(
      it => otherInstaller(it) ?? [],
    );
    const isPip = (it: Command) =>
      /^pip[\d.]*$/.test(it.name) && venvOfProgram(it) !== whole.environment?.folder;
    if (base.python === 'of apt' && commands.some(isPip)) return declineAt(file, instruction, 'calls-pip');
    if (called[0]) return declineAt(file, instruction, 'calls-installer', { program: called[0] });
  }
  return objectionToEditable(file, stage, whole, facts);
}

/** What works with the packages: all behind their install, and what starts. */
function laterInstructions({ stage, pipRuns }: InstallingStage): Instruction[] {
  const last = pipRuns.at(-1) ?? pipRuns[0];
  return stage.instructions.filter(
    it => it.span.start > last.run.span.start || ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(it.kind),
  );
}

/** The folder that programs of packages are in today. */
const OLD_PROGRAM = /^\/usr\/(local\/)?bin\/(?!env$|tini$|dumb-init$|bash$|gosu$|supervisord$)/;

function objectionToCommand(command: Command, stage: Stage): Reason | undefined {
  const { words, wrappers, name } = command;
  const installer = otherInstaller(command);
  if (installer) return reason('calls-installer', { program: installer });
  const called = [...wrappers, ...words].find(
    word => OLD_PROGRAM.test(word.text) && !isCopied(stage, word.text),
  );
  if (called) return reason('calls-by-path', { program: called.text });
  if (name === 'su' || wrappers.some(word => word.text === 'su' || word.text === 'sudo'))
    return reason('starts-with-other-path');
  const isLogin =
    /^(ba|da|z)?sh$/.test(name) &&
    argumentsOf(command).some(word => /^(-[a-km-zA-Z\d_]*l\w*|--login)$/.test(word.text));
  return isLogin ? reason('login-shell') : undefined;
}

function namesPackages(instruction: Instruction): boolean {
  if (instruction.kind === 'FROM') return false;
  return /(site|dist)-packages/.test(instruction.args.text);
}

function replacesPath(instruction: Instruction): boolean {
  if (instruction.kind !== 'ENV') return false;
  return instruction.properties.some(
    ({ name, value }) => name.text === 'PATH' && !/\$\{?PATH\b/.test(value?.text ?? ''),
  );
}

/** True where the stage puts the programs of a folder on the PATH by itself. */
export function isOnPath({ instructions }: Stage, folder: string): boolean {
  return ofKind(instructions, 'ENV').some(({ properties }) =>
    properties.some(
      ({ name, value }) => name.text === 'PATH' && value?.text.split(':').includes(`${folder}/bin`),
    ),
  );
}

/** They start programs with a PATH of their own. */
const RESETS_PATH = [
  'cron',
  'sudo',
  'anacron',
  'systemd',
  'openssh-server',
  'apache2',
  'libapache2-mod-wsgi-py3',
];

function objectionToSystem({ file, runs }: InstallingStage) {
  for (const { run, parts } of runs) {
    for (const { role } of parts) {
      if (role.kind !== 'apt-install') continue;
      const names = role.apt.packages.map(aptPackageName);
      if (names.includes('supervisor')) return declineAt(file, run, 'installs-supervisor');
      const found = names.find(it => RESETS_PATH.includes(it));
      if (found) return declineAt(file, run, 'resets-path', { package: found });
    }
  }
  return undefined;
}

/** Servers whose Python is part of them: what apt installed it with goes with its headers. */
const EMBEDS_PYTHON = /^(uwsgi|mod[-_]wsgi)/i;

/**
 * A module of Apache takes the Python that its settings name. uWSGI looks for an environment around its own program:
 * seen with 2.0.24, 2.0.28 and 2.0.31 on Python 3.11.
 */
const LOOKS_IN_INSTALLATION = /^mod[-_]wsgi/i;

function objectionToNames({ file, pipRuns }: InstallingStage, named: readonly NamedPackage[]) {
  const found = named.find(({ name }) => LOOKS_IN_INSTALLATION.test(name));
  return found && declineAt(file, pipRuns[0].run, 'looks-in-installation', { package: found.name });
}

/** Tools that write a link to the sources into the environment and nothing into the sources. */
const LINKING_BACKENDS =
  /build-backend\s*=\s*["'](setuptools\.build_meta|hatchling\.|flit_core\.|poetry\.core|pdm\.|uv_build)/;

function objectionToEditable(
  file: Dockerfile,
  stage: Stage,
  { pipRuns }: InstallingStage,
  { context, targets, texts }: WorkspaceFacts,
) {
  const root = context?.path ?? targets[0]?.context ?? folderOf(file.path);
  for (const { run, parts } of pipRuns) {
    const isLink = parts.some(part => isApplicationInstall(part) && installsEditable(part.role.pip));
    if (!isLink) continue;
    const folder = folderAt(file, run) ?? '/';
    const textOf = (path: string) => texts.get(joinPath(root, path));
    const manifest = copiedFile(
      file,
      stage,
      run,
      joinPath(folder, 'pyproject.toml'),
      it => textOf(it) !== undefined,
    );
    if (!manifest || !LINKING_BACKENDS.test(textOf(manifest.inContext) ?? ''))
      return declineAt(file, run, 'link-without-pyproject');
  }
  return undefined;
}
