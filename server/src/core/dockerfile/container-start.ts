import type { Command } from '../shell/command';
import type { Cmd, Dockerfile, Stage } from './model';
import { lineage } from './stage-graph';

/** What a container of a stage's image runs by default. */
export interface ContainerStart {
  readonly entrypoint: Cmd | undefined;
  /** Undefined also where an ENTRYPOINT behind it took it out of force. */
  readonly cmd: Cmd | undefined;
  /**
   * The commands that run: an exec-form ENTRYPOINT with the words of the CMD behind its own, then those of the CMD by
   * itself, for an entrypoint often ends in `exec "$@"`.
   */
  readonly commands: readonly Command[];
}

/**
 * Reads the CMD and ENTRYPOINT that are in force at the end of a stage, inherited ones too. An ENTRYPOINT takes a CMD
 * that was inherited out of force, not one of its own stage.
 * Source: https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
 */
export function containerStart(file: Dockerfile, stage: Stage): ContainerStart {
  let cmd: Cmd | undefined;
  let entrypoint: Cmd | undefined;
  for (const { instructions } of lineage(file, stage).reverse()) {
    for (const instruction of instructions) {
      if (instruction.kind === 'CMD') cmd = instruction;
      if (instruction.kind !== 'ENTRYPOINT') continue;
      entrypoint = instruction;
      if (cmd && cmd.stage !== instruction.stage) cmd = undefined;
    }
  }
  return { entrypoint, cmd, commands: commandsOf(entrypoint, cmd) };
}

function commandsOf(entrypoint: Cmd | undefined, cmd: Cmd | undefined): Command[] {
  const given = cmd?.script.commands ?? [];
  if (!entrypoint) return [...given];
  const [first, ...more] = entrypoint.script.commands;
  // The shell form hears nothing of the CMD.
  if (entrypoint.form !== 'exec' || !first) return [...entrypoint.script.commands];
  const behind = cmd?.form === 'exec' ? (given[0]?.words ?? []) : [];
  return [{ ...first, words: [...first.words, ...behind] }, ...more, ...given];
}
