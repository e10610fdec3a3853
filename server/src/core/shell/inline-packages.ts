import type { Word } from '../text/word';
import type { Command } from './command';
import type { CommandLine } from './options';
import { pipInstall } from './pip';
import { uvCommand } from './uv';

/** The packages that a command installs by name, with all that else is on its line. */
export interface InlineInstall {
  readonly program: 'pip' | 'uv';
  readonly command: Command;
  readonly line: CommandLine;
  /** Where options can be put in: right behind `install`. */
  readonly optionsAt: number;
  /** Operands: `torch`, `"flask>=3"`, `./lib`. */
  readonly packages: readonly Word[];
  /** Whether it reads requirements files too. */
  readonly readsFiles: boolean;
}

/** Reads `pip install …` and `uv pip install …`; undefined for all others. */
export function inlineInstall(command: Command): InlineInstall | undefined {
  const pip = pipInstall(command);
  if (pip) {
    const readsFiles = pip.requirements.length > 0;
    const { line, packages } = pip;
    return { program: 'pip', command, line, optionsAt: pip.verbSpan.end, packages, readsFiles };
  }
  const uv = uvCommand(command);
  if (uv?.verb !== 'pip install') return undefined;
  const { line, operands, verbSpan, requirements } = uv;
  return {
    program: 'uv',
    command,
    line,
    optionsAt: verbSpan.end,
    packages: operands,
    readsFiles: requirements.length > 0,
  };
}
