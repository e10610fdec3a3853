import type { Word } from '../text/word';
import type { Command } from './command';
import { type CommandLine, readCommandLine } from './options';
import { pipInstall } from './pip';

/** The packages that a command installs by name, with all that else stands on its line. */
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
  const [uv, first, verb, ...rest] = command.words;
  if (command.name !== 'uv' || uv?.text !== 'uv' || first?.text !== 'pip' || verb?.text !== 'install') {
    return undefined;
  }
  const line = readCommandLine(rest, {
    takesValue: [
      ...[
        '-r',
        '--requirement',
        '--requirements',
        '-c',
        '--constraint',
        '-e',
        '--editable',
        '-p',
        '--python',
      ],
      ...['-i', '--index-url', '--default-index', '--index', '--extra-index-url', '-f', '--find-links'],
      ...['--index-strategy', '--prefix', '--target', '--cache-dir', '--link-mode', '--torch-backend'],
      ...['--extra', '--group', '--no-binary', '--only-binary', '--python-platform', '--python-version'],
      ...['--prerelease', '--resolution', '--exclude-newer', '--refresh-package', '--upgrade-package', '-P'],
    ],
  });
  const readsFiles = line.options.some(it => /^(-r|--requirements?)$/.test(it.name));
  return { program: 'uv', command, line, optionsAt: verb.span.end, packages: line.operands, readsFiles };
}
