import type { Copy, Dockerfile, Instruction, Run, Stage } from '../dockerfile/model';
import { stateBefore } from '../dockerfile/stage-state';
import { expand } from '../dockerfile/variables';
import { imagePath } from '../manifest/copied-files';
import type { Command } from '../shell/command';
import type { Word } from '../text/word';
import { LayerStack } from './layer-stack';
import { type MadeFiles, madeFiles } from './made-files';

/** A COPY or ADD with the absolute path that it writes to; undefined where nobody can tell. */
export interface CopyWrite {
  readonly copy: Copy;
  readonly destination: string | undefined;
}

/** A command of a RUN with what it writes; undefined where nobody can tell. */
export interface CommandWrite {
  readonly run: Run;
  readonly command: Command;
  readonly made: MadeFiles | undefined;
}

/** What the layers of a stage and of those that it is built on write, the lowest layer first. */
export interface LayerWrites {
  readonly copies: readonly CopyWrite[];
  readonly commands: readonly CommandWrite[];
}

const known = new WeakMap<Stage, LayerWrites>();

/** Read once, however many commands of the stage ask what is below them. */
export function layerWrites(file: Dockerfile, stage: Stage): LayerWrites {
  const remembered = known.get(stage);
  if (remembered) return remembered;
  const { copies, runs } = LayerStack.of(file, stage);
  const writes = {
    copies: copies.map(copy => ({ copy, destination: destinationOf(file, copy) })),
    commands: runs.flatMap(run =>
      run.script.commands.map(command => ({ run, command, made: madeFiles(file, run, command) })),
    ),
  };
  known.set(stage, writes);
  return writes;
}

export function destinationOf(file: Dockerfile, copy: Copy): string | undefined {
  return copy.destination && placeOf(file, copy, copy.destination);
}

/** An absolute path; undefined where a pattern, the base image or a variable without a known value decides it. */
export function placeOf(file: Dockerfile, instruction: Instruction, word: Word): string | undefined {
  const { workdir, env } = stateBefore(file, instruction);
  const text = word.literal ? word.text : expand(word.text, env);
  if (text === undefined || text === '' || /[*?[~{$`]/.test(text)) return undefined;
  return text.startsWith('/') || workdir !== undefined ? imagePath(workdir ?? '/', text) : undefined;
}
