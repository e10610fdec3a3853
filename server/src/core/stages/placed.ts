import type { Instruction, Stage } from '../dockerfile/model';

/** Where an instruction of the stage is after the split. */
export type Place = 'builder' | 'final' | 'both' | 'rewritten' | 'dropped';

/** One instruction of the stage with where it goes; all of them together are the split. */
export interface Placed {
  readonly instruction: Instruction;
  readonly goes: Place;
  /** Why, as a clause: `the build needs it`. */
  readonly why: string;
}

/** Where an instruction goes that does not belong to the build, and why. */
export type ElsewherePlace = Pick<Placed, 'why'> & { readonly goes: 'final' | 'both' };

/** What says something of the container alone. */
const OF_CONTAINER: readonly Instruction['kind'][] = [
  ...(['LABEL', 'EXPOSE', 'VOLUME', 'STOPSIGNAL', 'HEALTHCHECK', 'CMD', 'ENTRYPOINT', 'MAINTAINER'] as const),
];

export function isOfContainer({ kind }: Instruction): boolean {
  return OF_CONTAINER.includes(kind);
}

/**
 * Every instruction of a stage that is cut behind its last build step.
 *
 * @param settings what both stages need, of the instructions above the cut
 * @param placeOf where others above the cut go that do not belong to the build
 */
export function placedAround(
  stage: Stage,
  lastBuild: Instruction,
  settings: readonly Instruction['kind'][],
  placeOf: (instruction: Instruction) => ElsewherePlace | undefined = () => undefined,
): Placed[] {
  return stage.instructions.map(instruction => {
    if (instruction.kind === 'FROM')
      return { instruction, goes: 'rewritten', why: 'each stage has its own image' };
    if (instruction.span.start > lastBuild.span.start)
      return { instruction, goes: 'final', why: 'it comes after the last build step' };
    if (isOfContainer(instruction)) return { instruction, goes: 'final', why: 'it describes the container' };
    if (settings.includes(instruction.kind))
      return { instruction, goes: 'both', why: 'the build and the container may read it' };
    return { instruction, ...(placeOf(instruction) ?? { goes: 'builder', why: 'the build needs it' }) };
  });
}

/** Instructions that stand in both stages: settings, and steps that put into the image what the container calls. */
export function inBoth(placed: readonly Placed[], what: 'settings' | 'steps'): Instruction[] {
  return placed
    .filter(it => it.goes === 'both' && /^(RUN|COPY|ADD)$/.test(it.instruction.kind) === (what === 'steps'))
    .map(it => it.instruction);
}

/** Instructions above the cut that move below it. */
export function movedBelow(placed: readonly Placed[], lastBuild: Instruction): Instruction[] {
  return placed
    .filter(it => it.goes === 'final' && it.instruction.span.start <= lastBuild.span.start)
    .map(it => it.instruction);
}
