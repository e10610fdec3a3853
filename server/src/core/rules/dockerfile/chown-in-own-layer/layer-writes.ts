import { LayerStack } from '../../../analysis/layers/layer-stack';
import type { Copy, Dockerfile, Instruction, Run, Stage } from '../../../dockerfile/model';
import { stateBefore } from '../../../dockerfile/stage-state';
import { expand } from '../../../dockerfile/variables';
import { imagePath } from '../../../project/copied-files';
import type { Command } from '../../../shell/command';
import { groupBy } from '../../../text/group';
import { oncePer } from '../../../text/once-per';
import type { Word } from '../../../text/word';
import { type MadeFiles, madeFiles } from './made-files';

/** A command of a RUN with what it makes. */
export interface CommandWrite {
  readonly run: Run;
  readonly command: Command;
  readonly made: MadeFiles;
}

type Spanned = Pick<Command, 'span'>;

/** What the layers of a stage and of those that it is built on write, the lowest layer first. */
export interface LayerWrites {
  /** The COPYs and ADDs that write to a folder or below it, by the folder. */
  readonly copies: ReadonlyMap<string, readonly Copy[]>;
  /** The commands that make folders. */
  readonly commands: readonly CommandWrite[];
  /** The first RUN or command with unknown effects. */
  readonly unknown: Spanned | undefined;
}

/** Read once, however many commands of the stage ask what is below them. */
export function layerWrites(file: Dockerfile, stage: Stage): LayerWrites {
  return writesOf(stage, file);
}

const writesOf = oncePer((stage: Stage, file: Dockerfile): LayerWrites => {
  const { copies, runs } = LayerStack.of(file, stage);
  const all = runs.flatMap(run =>
    run.script.commands.map(command => ({ run, command, made: madeFiles(file, run, command) })),
  );
  return {
    copies: byFolder(file, copies),
    commands: all.flatMap(({ made, ...it }) =>
      made && made.trees.length + made.folders.length > 0 ? [{ ...it, made }] : [],
    ),
    unknown: firstOf(
      runs.find(run => run.script.broken),
      all.find(it => it.made === undefined)?.command,
    ),
  };
});

function firstOf(...some: readonly (Spanned | undefined)[]): Spanned | undefined {
  return some.flatMap(it => it ?? []).sort((a, b) => a.span.start - b.span.start)[0];
}

function byFolder(file: Dockerfile, copies: readonly Copy[]): Map<string, Copy[]> {
  const folders = copies.flatMap(copy => {
    const destination = destinationOf(file, copy);
    if (destination === undefined) return [];
    return [...new Set(['/', ...withParents(destination)])].map(folder => ({ folder, copy }));
  });
  const groups = groupBy(folders, it => it.folder);
  return new Map([...groups].map(([folder, group]) => [folder, group.map(it => it.copy)]));
}

/** `/app/data/cache`: `/app`, `/app/data` and itself. */
export function withParents(folder: string): string[] {
  const names = folder.split('/').slice(1);
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`);
}

export function destinationOf(file: Dockerfile, copy: Copy): string | undefined {
  return copy.destination && placeOf(file, copy, copy.destination);
}

/** An absolute path; undefined where a pattern, the base image or a variable without a known value decides it. */
export function placeOf(file: Dockerfile, instruction: Instruction, word: Word): string | undefined {
  const state = stateBefore(file, instruction);
  const { workdir } = state;
  const text = word.literal ? word.text : expand(word.text, state.variables);
  if (text === undefined || text === '' || /[*?[~{$`]/.test(text)) return undefined;
  return text.startsWith('/') || workdir !== undefined ? imagePath(workdir ?? '/', text) : undefined;
}
