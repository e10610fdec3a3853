import type { Word } from '../text/word';
import type { Command } from './command';
import { readCommandLine } from './options';
import { uvCommand } from './uv';

/** A command that makes a virtual environment. */
export interface VenvMade {
  readonly command: Command;
  readonly by: 'python' | 'virtualenv' | 'uv';
  /** As written; `.venv` where `uv venv` is given none. */
  readonly folder: string;
  readonly folderWord: Word | undefined;
  /** What makes it, or what it is made for: `python3.12`. */
  readonly python: string | undefined;
  /** True where it has options that change what is made: `--system-site-packages`, `--without-pip`. */
  readonly special: boolean;
}

/** Reads `python -m venv DIR`, `virtualenv DIR` and `uv venv DIR`; undefined for all else. */
export function venvMade(command: Command): VenvMade | undefined {
  return byPython(command) ?? byVirtualenv(command) ?? byUv(command);
}

function byPython(command: Command): VenvMade | undefined {
  const [program, dashM, module, ...rest] = command.words;
  if (!/^python(\d(\.\d+)?)?$/.test(command.name) || dashM?.text !== '-m') return undefined;
  if (module?.text !== 'venv' && module?.text !== 'virtualenv') return undefined;
  const line = readCommandLine(rest, { takesValue: ['--prompt', '-p', '--python'] });
  const [folder, ...others] = line.operands;
  if (!folder?.literal || others.length > 0) return undefined;
  const special = line.options.some(it => !HARMLESS.includes(it.name));
  return { command, by: 'python', folder: folder.text, folderWord: folder, python: program?.text, special };
}

function byVirtualenv(command: Command): VenvMade | undefined {
  if (command.name !== 'virtualenv') return undefined;
  const line = readCommandLine(command.words.slice(1), { takesValue: ['-p', '--python', '--prompt'] });
  const [folder, ...others] = line.operands;
  if (!folder?.literal || others.length > 0) return undefined;
  const python = line.options.find(it => it.name === '-p' || it.name === '--python')?.value;
  const special = line.options.some(it => ![...HARMLESS, '-p', '--python'].includes(it.name));
  return { command, by: 'virtualenv', folder: folder.text, folderWord: folder, python, special };
}

function byUv(command: Command): VenvMade | undefined {
  const uv = uvCommand(command);
  if (uv?.verb !== 'venv') return undefined;
  const [folder] = uv.operands;
  if (folder && !folder.literal) return undefined;
  const python = uv.line.options.find(it => it.name === '-p' || it.name === '--python')?.value;
  return { command, by: 'uv', folder: folder?.text ?? '.venv', folderWord: folder, python, special: false };
}

const HARMLESS = ['--upgrade-deps', '--clear', '--copies', '--symlinks', '--prompt'];

/** The virtual environment that `. DIR/bin/activate` or `source DIR/bin/activate` switches to, as written. */
export function activatedVenv({ name, words }: Command): string | undefined {
  if (name !== '.' && name !== 'source') return undefined;
  const script = words[1];
  return script?.literal ? /^(.+)\/bin\/activate$/.exec(script.text)?.[1] : undefined;
}

/** The virtual environment whose program a command calls by its path: `/venv` for `/venv/bin/pip`. */
export function venvOfProgram({ words }: Command): string | undefined {
  const [program] = words;
  return program?.literal ? /^(.*[^/])\/+bin\/[^/]+$/.exec(program.text)?.[1] : undefined;
}
