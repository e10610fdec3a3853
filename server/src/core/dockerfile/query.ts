import type { Command } from '../shell/command';
import type { Dockerfile, Instruction, InstructionOf, Run, Stage } from './model';
import { imageStages, shippedStages } from './stage-graph';

/** A command with the RUN and the stage that it runs in. */
export interface StageCommand {
  readonly command: Command;
  readonly run: Run;
  readonly stage: Stage;
}

/** The commands of every RUN of some stages, in file order. */
export function runCommands(stages: readonly Stage[]): StageCommand[] {
  return stages.flatMap(stage =>
    ofKind(stage.instructions, 'RUN').flatMap(run =>
      run.script.commands.map(command => ({ command, run, stage })),
    ),
  );
}

/** The instructions of some kinds, in their order: `ofKind(stage.instructions, 'COPY', 'ADD')`. */
export function ofKind<Kind extends Instruction['kind']>(
  instructions: readonly Instruction[],
  ...kinds: readonly Kind[]
): InstructionOf<Kind>[] {
  const wanted: readonly string[] = kinds;
  return instructions.filter((it): it is InstructionOf<Kind> => wanted.includes(it.kind));
}

/** A target of such a name is for developers' own machines, where neither size nor rights are what counts. */
const FOR_DEVELOPERS = /^(dev|develop|development|debug|devcontainer)$/i;

/** The stage that a build asks for, the last one where it names none. */
interface TargetStage {
  readonly target: string | undefined;
}

/** The stages that end up in an image, with the build targets that Compose services name, but for those of developers. */
export function stagesThatShip(file: Dockerfile, targets: readonly TargetStage[]): Stage[] {
  return shippedStages(file, stageNames(targets));
}

/**
 * The stages that are images of their own: the last one, and those that Compose services name as their target, but for
 * those of developers.
 */
export function stagesThatRun(file: Dockerfile, targets: readonly TargetStage[]): Stage[] {
  return imageStages(file, stageNames(targets));
}

function stageNames(targets: readonly TargetStage[]): string[] {
  return targets.flatMap(({ target }) =>
    target === undefined || FOR_DEVELOPERS.test(target) ? [] : [target],
  );
}

/** The RUNs of a stage, those that ONBUILD puts off to the images built on it among them. */
export function runsOf(stage: Stage): Run[] {
  return stage.instructions.flatMap(instruction => {
    const effective = instruction.kind === 'ONBUILD' ? instruction.trigger : instruction;
    return effective?.kind === 'RUN' ? [effective] : [];
  });
}

/** True where a cache or tmpfs mount covers `folder`: what is written there is not in the layer. */
export function isMountedOver(run: Run, folder: RegExp): boolean {
  return run.mounts.some(
    mount => (mount.type === 'cache' || mount.type === 'tmpfs') && folder.test(mount.target ?? ''),
  );
}
