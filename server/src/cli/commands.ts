import type { Command } from 'commander';
import { checkCommand } from './check';
import { convertCommand } from './convert';
import { fixCommand } from './fix';
import { proveCommand } from './prove';
import { rulesCommand } from './rules';
import { weighCommand } from './weigh';

/** All commands but the language server, in the order in which help lists them. */
export function commands(): readonly Command[] {
  return [checkCommand(), fixCommand(), convertCommand(), weighCommand(), proveCommand(), rulesCommand()];
}
