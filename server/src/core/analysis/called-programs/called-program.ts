import type { Command } from '../../shell/command';

/** A program that code of the project starts while it runs. */
export interface CalledProgram {
  /** The command, as far as the code says it; it has a name. */
  readonly command: Command;
  /** The file that starts it, relative to the folder that the facts are relative to. */
  readonly path: string;
}
