import { imagePath } from '../project/copied-files';
import type { Command } from '../shell/command';

/** One file that `cp`, `mv` or `install` puts somewhere, as written. */
export interface MovedFile {
  readonly source: string;
  readonly target: string;
}

/** Undefined where it is more than one file, or a variable names it. */
export function movedFile({ name, words }: Command): MovedFile | undefined {
  if (!/^(cp|mv|install)$/.test(name)) return undefined;
  const operands = words.slice(1).filter((it, index, all) => !isOption(it.text, all[index - 1]?.text));
  const [source, target, more] = operands;
  if (!source?.literal || !target?.literal || more) return undefined;
  return { source: source.text, target: target.text };
}

function isOption(text: string, before: string | undefined): boolean {
  return text.startsWith('-') || /^-m$/.test(before ?? '');
}

/** Folders whose programs are found by their name. */
export const PROGRAM_FOLDERS = /^(\/usr)?(\/local)?\/bin$/;

/**
 * The absolute path that the file has then.
 *
 * @param workdir the folder that the command runs in
 */
export function movedPath(workdir: string, { source, target }: MovedFile): string {
  const written = imagePath(workdir, target);
  const isFolder =
    /(^\.{0,2}|\/\.{0,2})$/.test(target) || PROGRAM_FOLDERS.test(written) || written === workdir;
  return isFolder ? imagePath(written, source.slice(source.lastIndexOf('/') + 1)) : written;
}
