import type { Instruction, Stage } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import type { WorkspaceFacts } from '../../project/workspace';
import type { Command, Script } from '../../shell/command';
import { parseScript } from '../../shell/parse';
import { withoutTrailing } from '../../text/ends';
import { fileNameOf, folderOf } from './paths';

/** True for a program that is a file of the project and not of the image. */
export function isOwnScript(program: string): boolean {
  return /\.(sh|bash)$/.test(program) || /^\.{0,2}\/(?!usr\/|bin\/|sbin\/)/.test(program);
}

/**
 * The project's files that may be a script that the image runs: all of its name that a COPY can have brought.
 * Undefined where none is at hand, or one is no script of a POSIX shell that can be read.
 */
export function scriptsNamed(program: string, { texts }: WorkspaceFacts): readonly Script[] | undefined {
  const name = fileNameOf(program);
  const files = [...texts].filter(([path]) => fileNameOf(path) === name);
  const scripts = files.map(([, text]) => shellScript(text));
  return files.length > 0 && scripts.every(it => it !== undefined) ? scripts : undefined;
}

function shellScript(text: string): Script | undefined {
  if (!/^#!\s*\S*\/(env\s+)?(ba|da)?sh\b/.test(text)) return undefined;
  const script = parseScript({ text, origins: { from: 0 } });
  return script.broken ? undefined : script;
}

/** True for a command whose program only the running container knows; `"$@"` is what the image starts. */
export function callsUnknown({ name, words }: Command): boolean {
  const [program, file] = words;
  if (!program || program.text === '$@') return false;
  const handsOver = /^(sh|bash|dash|source|\.|eval)$/.test(name) && !/^-\w*c$/.test(file?.text ?? '');
  return name === '' || handsOver || isOwnScript(program.text);
}

/** The programs of the project that a stage's COPYs bring by name, as absolute paths end with them. */
export function isCopied({ instructions }: Stage, path: string): boolean {
  return ofKind(instructions, 'COPY', 'ADD').some(({ sources, destination }) => {
    const target = destination && withoutTrailing(destination.text, '/');
    if (target === path) return true;
    return target === folderOf(path) && sources.some(it => fileNameOf(it.text) === fileNameOf(path));
  });
}

/** The scripts of the project that an instruction starts, as far as they can be read. */
export function startedScripts(instruction: Instruction, facts: WorkspaceFacts): readonly Command[] {
  if (instruction.kind !== 'CMD' && instruction.kind !== 'ENTRYPOINT') return [];
  return instruction.script.commands.flatMap(({ words }) => {
    const program = words[0]?.text ?? '';
    const scripts = isOwnScript(program) ? scriptsNamed(program, facts) : undefined;
    return scripts?.flatMap(it => it.commands) ?? [];
  });
}
