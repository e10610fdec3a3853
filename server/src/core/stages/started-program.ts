import type { ContainerStart } from '../dockerfile/container-start';
import type { Word } from '../text/word';

/** The words of the program that a container starts, without an init program in front: `tini --`. */
export function startedWords({ commands }: ContainerStart): readonly Word[] {
  const [first, second] = commands;
  if (!first || !/^(tini|dumb-init)$/.test(first.name)) return first?.words ?? [];
  const behind = first.words.findIndex((word, index) => index > 0 && !word.text.startsWith('-'));
  return behind === -1 ? (second?.words ?? []) : first.words.slice(behind);
}

/** The name of a program without its folder. */
export function programName(word: Word | undefined): string {
  return word?.literal ? word.text.slice(word.text.lastIndexOf('/') + 1) : '';
}
