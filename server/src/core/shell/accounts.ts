import type { Command } from './command';

const PROGRAMS = ['useradd', 'adduser', 'groupadd', 'addgroup', 'usermod'];

/** True for what makes users and groups, or changes them. */
export function isAccountCommand({ name }: Command): boolean {
  return PROGRAMS.includes(name);
}
