import { endpointOf, pythonRequest, pythonSocket } from '../../analysis/health-checks/probe';
import { type CheckCommand, replaceProbe } from '../../analysis/health-checks/probe-edit';
import { declineAt, isDeclined, type Outcome } from '../../decline';
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/model';
import { lineage } from '../../dockerfile/stage-graph';
import { stateBefore } from '../../dockerfile/stage-state';
import type { NotOffered } from '../../finding';
import { busyboxPackage, isOnlyBusybox } from '../../knowledge/apk-packages';
import type { WorkspaceFacts } from '../../project/workspace';
import type { Command } from '../../shell/command';
import { unknownToDash } from '../../shell/dash';
import type { ExplainedEdit } from '../../text/explained-edits';
import { alpineGroupOf } from './alpine-groups';
import { startedScriptCommands } from './started-scripts';

/** What the instructions of a stage take from BusyBox that a slim image of Debian lacks. */
export interface BusyboxNeeds {
  /** Packages of Debian with the program that an instruction calls. */
  readonly packages: readonly { readonly name: string; readonly by: Instruction }[];
  /** Health checks that ask with Python instead. */
  readonly edits: readonly ExplainedEdit[];
}

/** @param present packages of Debian that the stage, or one that it is built on, installs */
export function busyboxNeeds(
  file: Dockerfile,
  stage: Stage,
  present: ReadonlySet<string>,
  workspace: WorkspaceFacts,
): Outcome<BusyboxNeeds> {
  const all: BusyboxNeeds[] = [];
  for (const instruction of stage.instructions) {
    if (!('script' in instruction)) continue;
    const needs =
      unknownShell(file, instruction) ??
      needsOfCommands(file, instruction, instruction.script.commands, present);
    if (isDeclined(needs)) return needs;
    const started = startedScriptCommands(file, stage, instruction, workspace);
    if (isDeclined(started)) return started;
    const behind = needsOfCommands(file, instruction, started, present);
    if (isDeclined(behind)) return behind;
    all.push(needs, behind);
  }
  return { packages: all.flatMap(it => it.packages), edits: all.flatMap(it => it.edits) };
}

function needsOfCommands(
  file: Dockerfile,
  instruction: Scripted,
  commands: readonly Command[],
  present: ReadonlySet<string>,
): Outcome<BusyboxNeeds> {
  const foreign = commands.find(({ name }) => isOnlyBusybox(name));
  if (foreign) return declineAt(file, instruction, 'foreign-to-debian', { program: foreign.name });
  const group = alpineGroupOf(commands);
  if (group !== undefined) return declineAt(file, instruction, 'unknown-group', { group });
  const packages: { name: string; by: Instruction }[] = [];
  const edits: ExplainedEdit[] = [];
  for (const command of commands) {
    const probe =
      instruction.kind === 'HEALTHCHECK'
        ? probeEdit(file, { check: instruction, command }, present)
        : undefined;
    if (probe) edits.push(probe);
    else packages.push(...missing(command, present).map(name => ({ name, by: instruction })));
  }
  return { packages, edits };
}

/** Packages for the program and for what wraps it: `time nc`. */
export function missing({ name, wrappers }: Command, present: ReadonlySet<string>): string[] {
  return [name, ...wrappers.map(word => word.text)]
    .flatMap(program => packageOf(program) ?? [])
    .filter(needed => !present.has(needed));
}

function packageOf(program: string): string | undefined {
  return busyboxPackage(program);
}

/** The interpreter that the image is for asks the same, so that no HTTP client has to be installed. */
function probeEdit(
  file: Dockerfile,
  asked: CheckCommand,
  present: ReadonlySet<string>,
): ExplainedEdit | undefined {
  const { command } = asked;
  const endpoint = missing(command, present).length > 0 ? endpointOf(command) : undefined;
  if (!endpoint) return undefined;
  const probe = endpoint.scheme === 'tcp' ? pythonSocket(endpoint) : pythonRequest(endpoint);
  const edit = replaceProbe(file, asked, probe, endpoint.port);
  const because = `${command.name} comes with BusyBox, and slim Debian images do not have it: Python sends the same request`;
  return edit && { ...edit, because };
}

type Scripted = Extract<Instruction, { readonly script: unknown }>;

/** A script that dash would read otherwise, or a shell that Debian lacks. */
function unknownShell(file: Dockerfile, instruction: Scripted): NotOffered | undefined {
  const program = stateBefore(file, instruction).shell?.[0]?.text ?? '/bin/sh';
  if (/(^|\/)(ash|busybox)$/.test(program)) return declineAt(file, instruction, 'ash');
  const isDash = /(^|\/)sh$/.test(program) && instruction.form !== 'exec';
  const options =
    stateBefore(file, instruction)
      .shell?.map(word => word.text)
      .join(' ') ?? '';
  const script = isDash ? scriptText(file, instruction) : '';
  const unknown = unknownToDash(`${isDash ? options : ''} ${script}`);
  return unknown ? declineAt(file, instruction, 'unknown-to-sh', { word: unknown }) : undefined;
}

function scriptText({ text }: Dockerfile, instruction: Scripted): string {
  const bodies = instruction.heredocs.map(({ body }) => text.slice(body.start, body.end));
  return [instruction.args.text, ...bodies].join('\n');
}

/** Packages of Debian that a stage and those below it hold when their instructions run. */
export function presentIn(
  file: Dockerfile,
  stage: Stage,
  installed: ReadonlyMap<Stage, readonly string[]>,
): ReadonlySet<string> {
  return new Set(lineage(file, stage).flatMap(it => installed.get(it) ?? []));
}
