import type { Instruction } from '../../dockerfile/model';
import type { Command } from '../../shell/command';

/**
 * Groups that Alpine has and a slim image of Debian lacks, behind an account as `chown` and USER write them.
 * Sources: https://gitlab.alpinelinux.org/alpine/aports/-/blob/master/main/alpine-baselayout/group,
 * https://salsa.debian.org/debian/base-passwd/-/blob/master/group.master (2026-11)
 */
const ONLY_ON_ALPINE = /^[\w.-]*:(nobody|wheel|cron|ftp|ntp|ping)$/;

/** The group that an instruction names and Debian does not have. */
export function alpineGroupIn(instruction: Instruction): string | undefined {
  if (instruction.kind === 'USER') return groupOf(instruction.user?.text ?? '');
  if (instruction.kind === 'COPY' || instruction.kind === 'ADD')
    return groupOf(instruction.flags.find(it => it.name === 'chown')?.value ?? '');
  return 'script' in instruction ? alpineGroupOf(instruction.script.commands) : undefined;
}

export function alpineGroupOf(commands: readonly Command[]): string | undefined {
  const words = commands.flatMap(it => [...it.words, ...it.wrappers]);
  return words.flatMap(word => groupOf(word.text) ?? [])[0];
}

function groupOf(account: string): string | undefined {
  return ONLY_ON_ALPINE.exec(account)?.[1];
}
