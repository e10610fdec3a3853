import { programsOfSources } from '../analysis/called-programs/sources';
import { mappingAt, scalarsAt } from '../compose/query';
import { decline, declineAt, isDeclined, type Outcome } from '../decline';
import { containerStart } from '../dockerfile/container-start';
import type { Dockerfile, Instruction, Run, Stage } from '../dockerfile/model';
import { ofKind } from '../dockerfile/query';
import { chainOf } from '../dockerfile/run-chain';
import { finalState, stateBefore } from '../dockerfile/stage-state';
import { buildPackage } from '../knowledge/build-packages';
import { fullOnlyProgram, isInEveryDebian } from '../knowledge/full-image-programs';
import { allOf, servicesOf } from '../project/image-services';
import type { WorkspaceFacts } from '../project/workspace';
import { buildsOf } from '../project/workspace-files';
import { aptCommand, aptPackageName } from '../shell/apt';
import type { Command } from '../shell/command';
import { withoutTrailing } from '../text/ends';
import { withoutBuildSettings } from './build-settings';
import { type ElsewherePlace, isOfContainer, type Placed, placedAround } from './placed';

/** A file of one stage that builds something, cut in two behind its last build step. */
export interface StageSplit {
  readonly file: Dockerfile;
  readonly stage: Stage;
  /** The last step of the build: what stands behind it stays with the image that runs. */
  readonly lastBuild: Instruction;
  /** The working folder that the build leaves; absolute and not the root. */
  readonly workdir: string;
  /** True where the image has it by itself. */
  readonly inheritsWorkdir?: boolean;
  /** Every instruction of the stage, with where it goes and why. */
  readonly placed: readonly Placed[];
  /** Packages of the system that the build does not account for, first named first. */
  readonly packages: readonly string[];
  /** True where a service builds the stage by its name: the final stage then takes the name over. */
  readonly isTarget: boolean;
}

/** What one language knows of the steps of its builds. */
export interface BuildLanguage {
  /** `go build`, in words: what is looked for. */
  readonly buildsWith: string;
  /** True for a command that makes what runs. */
  builds(command: Command): boolean;
  /** True for a command that only prepares a build, or cleans up after one. */
  prepares(command: Command): boolean;
  /** True for a program that the image that runs has beside those of every Debian. */
  runs(program: string, command?: Command): boolean;
  /** The programs that a step does nothing but install, for everybody and without a file of the project. */
  installs?(run: Run): readonly string[];
  /** True where the image that runs copies the working folder as a whole, and not only what is known to be read. */
  readonly shipsFolder?: boolean;
  /** The working folder that the image has by itself; the root where the build needs none. */
  readonly workdir?: string;
  /** Where instructions above the cut go that do not belong to the build. */
  placeOf?(instruction: Instruction): ElsewherePlace | undefined;
  /** True for what one command may hand to another: `curl … | php`. */
  pipes?(from: Command, to: Command): boolean;
  /** True for packages of apt that only such a build needs, or that the image holds already. */
  leavesPackage?(name: string): boolean;
  /** The packages that stand for one of headers where the program runs; undefined where nobody knows. */
  librariesOf?(headers: string): readonly string[] | undefined;
  /** Programs that the image of the build has, the final one lacks, and no package brings. */
  readonly lost?: ReadonlySet<string>;
  /** True where both stages have the same image, so that nothing but packages of the file can be lost. */
  readonly keepsImage?: boolean;
  /** False for files of code of which it is known that no container runs them. */
  isRun?(path: string): boolean;
}

/** Reads a file as one stage that builds and runs, or says which line makes it another thing. */
export function splitAtBuild(
  { file, stage }: Pick<StageSplit, 'file' | 'stage'>,
  workspace: WorkspaceFacts,
  language: BuildLanguage,
): Outcome<StageSplit> {
  const problem = file.problems[0];
  if (problem) return declineAt(file, problem, 'unreadable');
  const second = file.stages[1];
  if (second) return declineAt(file, second.from, 'split-already');
  const lastBuild = stage.instructions.findLast(
    (it): it is Run => it.kind === 'RUN' && it.script.commands.some(command => language.builds(command)),
  );
  if (!lastBuild) return declineAt(file, stage.from, 'no-build-step', { tool: language.buildsWith });
  const named = stateBefore(file, lastBuild).workdir;
  const workdir = named ?? language.workdir;
  if (workdir === undefined || (workdir !== language.workdir && workdir === '/'))
    return declineAt(file, lastBuild, 'builds-without-workdir');
  const packages = packagesAbove(file, stage, lastBuild, language);
  if (isDeclined(packages)) return packages;
  const placed = withoutBuildSettings(
    file.text,
    placedAround(stage, lastBuild, SETTINGS, it => language.placeOf?.(it)),
  );
  const isTarget = isBuiltByName(file, stage, workspace);
  const split = {
    file,
    stage,
    lastBuild,
    workdir,
    inheritsWorkdir: named === undefined,
    placed,
    packages,
    isTarget,
  };
  const objection = objectionToRest(split, workspace, language);
  if (objection) return objection;
  const called = withCalledPrograms(split, language);
  return isDeclined(called) ? called : withStartedPrograms(called, workspace, language);
}

/** True where some service of Compose names the stage as its target. */
export function isBuiltByName({ path }: Dockerfile, { name }: Stage, workspace: WorkspaceFacts): boolean {
  return (
    name !== undefined &&
    buildsOf(workspace, path).some(it => it.target?.toLowerCase() === name.toLowerCase())
  );
}

const SETTINGS: readonly Instruction['kind'][] = ['ARG', 'ENV', 'SHELL'];
const BUILDS: readonly Instruction['kind'][] = ['FROM', 'WORKDIR', 'COPY', 'ADD'];

/** The packages that the steps above the cut install for more than the build. */
function packagesAbove(
  file: Dockerfile,
  stage: Stage,
  lastBuild: Run,
  language: BuildLanguage,
): Outcome<readonly string[]> {
  const packages = new Set<string>();
  for (const instruction of stage.instructions) {
    if (instruction.span.start > lastBuild.span.start) break;
    if (isOfContainer(instruction) || SETTINGS.includes(instruction.kind)) continue;
    if (language.placeOf?.(instruction)) continue;
    if (instruction.kind === 'RUN') {
      const kept = readRun(file, instruction, language);
      if (isDeclined(kept)) return kept;
      for (const name of kept) packages.add(name);
    } else if (!BUILDS.includes(instruction.kind))
      return declineAt(file, instruction, 'in-middle-of-build', { instruction: article(instruction.kind) });
  }
  return [...packages];
}

/** `a RUN`, `an ENTRYPOINT`. */
export function article(kind: Instruction['kind']): string {
  return kind === 'UNKNOWN' ? 'an unknown instruction' : `${/^[AEIO]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** The packages that a RUN above the cut installs for more than the build. */
function readRun(file: Dockerfile, run: Run, language: BuildLanguage): Outcome<readonly string[]> {
  const chain = chainOf(file, run, language.pipes);
  if (!chain) return declineAt(file, run, 'not-a-list-of-commands');
  const packages: string[] = [];
  for (const { command } of chain) {
    const kept = packagesKept(command, language);
    if (kept === 'unsure') return declineAt(file, run, 'unknown-packages');
    if (kept) packages.push(...kept);
    else if (!isBuildStep(command, language) && !makesWorkdir(command, run, file))
      return declineAt(file, run, 'runs-before-build', { program: nameOf(command) });
  }
  return packages;
}

function isBuildStep(command: Command, language: BuildLanguage): boolean {
  if (language.builds(command) || language.prepares(command)) return true;
  const writes = command.redirects.some(
    it => it.target !== undefined && !/^(\/dev\/|\d)/.test(it.target.text),
  );
  if (/^(set|true|:|echo|ls)$/.test(command.name)) return !writes;
  return command.name === 'rm' && command.words.some(word => /^\/var\/(lib|cache)\/apt/.test(word.text));
}

/** True for a step that makes the folder of a WORKDIR, or one above it, which the image that runs makes by itself. */
function makesWorkdir({ name, words }: Command, run: Run, file: Dockerfile): boolean {
  if (name !== 'mkdir') return false;
  const workdirs = ofKind(file.stages[run.stage]?.instructions ?? [], 'WORKDIR').flatMap(it =>
    it.words.map(word => word.text),
  );
  const paths = words.slice(1).filter(it => !it.text.startsWith('-'));
  return paths.every(
    ({ literal, text }) =>
      literal && workdirs.some(it => `${it}/`.startsWith(`${withoutTrailing(text, '/')}/`)),
  );
}

/** Programs around a build; Python is one where compilers come with it, for node-gyp is written in it. */
const FOR_BUILDS = new Set([
  ...['pkg-config', 'pkgconf', 'apt-utils', 'protobuf-compiler', 'musl-tools', 'mold', 'lld', 'ccache'],
]);

function packagesKept(command: Command, language: BuildLanguage): readonly string[] | 'unsure' | undefined {
  const apt = aptCommand(command);
  if (!apt) return undefined;
  if (apt.verb !== 'install') return /^(update|clean|autoclean)$/.test(apt.verb) ? [] : undefined;
  const names = apt.packages.map(aptPackageName);
  const compiles = names.some(name => buildPackage('apt', name)?.kind === 'compiler');
  const kept: string[] = [];
  for (const [index, word] of apt.packages.entries()) {
    const name = names[index] ?? '';
    const known = buildPackage('apt', name);
    if (!word.literal && !language.leavesPackage?.(word.text)) return 'unsure';
    if (known?.kind === 'headers' || /-dev$/.test(name)) {
      const libraries = language.librariesOf?.(name);
      if (!libraries) return 'unsure';
      kept.push(...libraries);
      continue;
    }
    const serves =
      known !== undefined ||
      FOR_BUILDS.has(name) ||
      language.leavesPackage?.(name) ||
      (compiles && /^python3?$/.test(name));
    if (!serves) kept.push(word.text);
  }
  return kept;
}

/** Packages of apt that only the build needs, by name. */
export function leftBehind({ stage, lastBuild, packages }: StageSplit): readonly string[] {
  return ofKind(stage.instructions, 'RUN')
    .filter(it => it.span.start < lastBuild.span.end)
    .flatMap(run => run.script.commands.flatMap(it => aptCommand(it)?.packages ?? []))
    .map(aptPackageName)
    .filter(it => !packages.includes(it) && (buildPackage('apt', it) !== undefined || /-dev$/.test(it)));
}

function nameOf(command: Command): string {
  return command.name === '' ? 'a program named by a variable' : command.name;
}

function objectionToRest(split: StageSplit, workspace: WorkspaceFacts, language: BuildLanguage) {
  const { file, stage, lastBuild } = split;
  for (const instruction of stage.instructions) {
    if (instruction.kind === 'ONBUILD') return declineAt(file, instruction, 'builds-in-other-images');
    if (instruction.span.start <= lastBuild.span.start || instruction.kind !== 'RUN') continue;
    if (!chainOf(file, instruction)) return declineAt(file, instruction, 'not-a-list-of-commands');
    const foreign = instruction.script.commands.find(it => !isThere(it, language));
    if (foreign)
      return declineAt(file, instruction, 'runs-what-may-be-missing', { program: nameOf(foreign) });
    const handler = language.shipsFolder ? undefined : instruction.script.commands.find(handlesFiles);
    if (handler) return declineAt(file, instruction, 'calls-on-build-files', { program: handler.name });
  }
  return objectionToServices(file, stage, workspace);
}

/** True for a step that fails where a file that it names is not there. */
function handlesFiles({ name, words }: Command): boolean {
  if (name === 'rm') return !words.some(it => /^-\w*f|^--force$/.test(it.text));
  return /^(cp|mv|install|ln|cat|sed|tar|gzip|gunzip|head|tail|tee|grep|awk)$/.test(name);
}

/** Services of Compose that start or check the image by themselves may call what stays behind. */
export function objectionToServices(file: Dockerfile, stage: Stage, workspace: WorkspaceFacts) {
  for (const image of servicesOf(file, stage, workspace)) {
    for (const service of allOf(image, workspace)) {
      const tests = scalarsAt(mappingAt(service.node, 'healthcheck'), 'test');
      if (service.command || service.entrypoint || tests.length > 0)
        return decline('service-starts-itself', { service: service.name.text });
    }
  }
  return undefined;
}

function isThere(command: Command, language: BuildLanguage): boolean {
  return isInEveryDebian(command.name) || language.runs(command.name, command);
}

/** Adds what brings the programs that the container calls, where only the full image has them or a step installs them. */
function withCalledPrograms(split: StageSplit, language: BuildLanguage): Outcome<StageSplit> {
  const packages = new Set(split.packages);
  const repeated = new Set<Run>();
  const installing = stepsThatInstall(split, language);
  for (const { command, at } of calledCommands(split, language)) {
    const step = installing.get(command.name);
    const isHeld = step !== undefined || language.runs(command.name, command);
    const brought = isHeld ? undefined : fullOnlyProgram(command.name);
    if (step) repeated.add(step);
    else if (brought?.[0]) {
      if (!brought.some(name => packages.has(name))) packages.add(brought[0]);
      if (/^(curl|wget|git)$/.test(command.name)) packages.add('ca-certificates');
    } else if (/\.(sh|bash)$/.test(command.name) && !isThere(command, language))
      return declineAt(split.file, at, 'script-calls-unknown', { script: command.name });
    else if (!isThere(command, language) && !packages.has(command.name))
      return declineAt(split.file, at, 'calls-what-may-be-missing', { program: nameOf(command) });
  }
  const why = 'It installs what the container calls';
  const placed = split.placed.map(it =>
    [...repeated].some(run => run === it.instruction) ? { ...it, goes: 'both' as const, why } : it,
  );
  return { ...split, packages: [...packages], placed };
}

/** Adds what brings the programs that the project's code starts, where only the image of the build has them. */
function withStartedPrograms(
  split: StageSplit,
  workspace: WorkspaceFacts,
  language: BuildLanguage,
): Outcome<StageSplit> {
  const packages = new Set(split.packages);
  const at = split.stage.from;
  const left = leftBehind(split);
  for (const { command, path } of programsOfSources(workspace, language.isRun)) {
    const name = command.name.slice(command.name.lastIndexOf('/') + 1);
    if (language.lost?.has(name) && !packages.has(name))
      return declineAt(split.file, at, 'code-starts-build-program', { path, program: name });
    if (language.runs(name)) continue;
    const ofFull = fullOnlyProgram(name) ?? [];
    const brought = [name, ...ofFull];
    if (brought.some(it => packages.has(it))) continue;
    const dropped = brought.find(it => left.includes(it));
    const [first] = language.keepsImage ? [] : ofFull;
    const needed = dropped ?? first;
    if (needed === undefined) continue;
    packages.add(needed);
    if (/^(curl|wget|git)$/.test(name)) packages.add('ca-certificates');
  }
  return { ...split, packages: [...packages] };
}

/** What the start and the health check call, and the instruction that says so. */
function calledCommands({ file, stage }: StageSplit, language: BuildLanguage) {
  const start = containerStart(file, stage);
  const check = finalState(file, stage).healthcheck;
  const at = start.cmd ?? start.entrypoint ?? stage.from;
  const [first] = start.commands;
  // Behind an ENTRYPOINT that is the program itself, a CMD holds nothing but its arguments.
  const started = first && start.entrypoint && language.runs(first.name, first) ? [first] : start.commands;
  const checking = check?.script.commands ?? [];
  return [
    ...started.map(command => ({ command, at })),
    ...checking.map(command => ({ command, at: check ?? at })),
  ];
}

/** The steps of the build that install programs and nothing else, by the names of those. */
function stepsThatInstall({ stage, lastBuild }: StageSplit, language: BuildLanguage): Map<string, Run> {
  const steps = ofKind(stage.instructions, 'RUN').filter(it => it.span.start < lastBuild.span.start);
  return new Map(steps.flatMap(run => (language.installs?.(run) ?? []).map(name => [name, run] as const)));
}
