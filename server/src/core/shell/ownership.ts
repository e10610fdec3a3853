import type { Word } from '../text/word';
import type { Command } from './command';
import { type Option, option, readCommandLine } from './options';

/** A chown, chgrp or chmod. */
export interface OwnershipChange {
  readonly command: Command;
  readonly program: 'chown' | 'chgrp' | 'chmod';
  /** The owner, the group or the mode, as written. */
  readonly to: Word;
  /** What makes it go down into folders; undefined where it does not. */
  readonly recursive: Option | undefined;
  readonly paths: readonly Word[];
}

const PROGRAMS = ['chown', 'chgrp', 'chmod'] as const;

/** Undefined for other commands, and where another file says which owner or mode. */
export function ownershipChange(command: Command): OwnershipChange | undefined {
  const program = PROGRAMS.find(it => it === command.name);
  if (!program) return undefined;
  const line = readCommandLine(command.words.slice(1), { takesValue: [] });
  const [to, ...paths] = line.operands;
  if (!to || line.options.some(({ name }) => name === '--reference' || name === '--from')) return undefined;
  return { command, program, to, recursive: option(line, '-R', '--recursive'), paths };
}

/**
 * The flag of COPY that gives files the same owner or mode from the start. Files that a COPY without a flag makes are
 * root's, and of its group.
 * Source: https://docs.docker.com/reference/dockerfile/#copy---chown---chmod
 *
 * @returns undefined where no flag says the same
 */
export function copyFlagFor({ program, to }: OwnershipChange): { name: string; value: string } | undefined {
  if (!to.literal) return undefined;
  if (program === 'chmod')
    return /^[0-7]{3,4}$/.test(to.text) ? { name: 'chmod', value: to.text } : undefined;
  if (program === 'chgrp') return isName(to.text) ? { name: 'chown', value: `root:${to.text}` } : undefined;
  const [user = '', group, ...more] = to.text.split(to.text.includes(':') ? ':' : '.');
  if (more.length > 0 || (group !== undefined && !isName(group)) || (user !== '' && !isName(user)))
    return undefined;
  if (user === '' && group === undefined) return undefined;
  return { name: 'chown', value: `${user || 'root'}:${group ?? 'root'}` };
}

function isName(text: string): boolean {
  return /^[\w-]+$/.test(text);
}
