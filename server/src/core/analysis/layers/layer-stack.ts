import type { Copy, Dockerfile, Instruction, Run, Stage } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { lineage } from '../../dockerfile/stage-graph';
import { oncePer } from '../../text/once-per';
import { filledBefore, type LayerLeftover, leftoversOf, removedBy } from './leftovers';

/** What a layer holds although nothing in an image reads it again. */
export interface HeldLeftover {
  readonly run: Run;
  readonly leftover: LayerLeftover;
}

/** A folder that a RUN removes. */
export interface Removal {
  readonly run: Run;
  /** Absolute. */
  readonly folder: string;
  /** What the RUN itself has filled before it removes the folder. */
  readonly filled: readonly string[];
}

/**
 * The layers of a stage on those of the stages that it is built on, the lowest first. Each list is made once, however
 * many commands of the stage ask what is below them: stages come after their bases, so what is below is above in
 * the file.
 */
export class LayerStack {
  private readonly lowest = new Map<(run: Run) => boolean, Run | undefined>();
  private allLeftovers: readonly HeldLeftover[] | undefined;
  private allRemovals: readonly Removal[] | undefined;

  private constructor(
    private readonly file: Dockerfile,
    readonly runs: readonly Run[],
    readonly copies: readonly Copy[],
  ) {}

  static of(file: Dockerfile, stage: Stage): LayerStack {
    return LayerStack.ofStage(stage, file);
  }

  private static readonly ofStage = oncePer((stage: Stage, file: Dockerfile) => {
    const instructions = lineage(file, stage)
      .reverse()
      .flatMap(it => it.instructions);
    return new LayerStack(file, ofKind(instructions, 'RUN'), ofKind(instructions, 'COPY', 'ADD'));
  });

  get leftovers(): readonly HeldLeftover[] {
    this.allLeftovers ??= this.runs.flatMap(run =>
      leftoversOf(this.file, run).map(leftover => ({ run, leftover })),
    );
    return this.allLeftovers;
  }

  get removals(): readonly Removal[] {
    this.allRemovals ??= this.runs.flatMap(run =>
      run.script.commands.flatMap(command =>
        removedBy(this.file, run, command).map(folder => ({
          run,
          folder,
          filled: filledBefore(this.file, run, command),
        })),
      ),
    );
    return this.allRemovals;
  }

  /** Whether a RUN below another one is so. Each test is made once a RUN, from wherever it is asked for. */
  hasBelow(run: Run, test: (run: Run) => boolean): boolean {
    if (!this.lowest.has(test)) this.lowest.set(test, this.runs.find(test));
    const lowest = this.lowest.get(test);
    return lowest !== undefined && isBelow(lowest, run);
  }
}

/** Of two instructions of one stack. */
export function isBelow(one: Instruction, other: Instruction): boolean {
  return one.span.start < other.span.start;
}
