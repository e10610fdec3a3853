import { Command } from 'commander';
export function weighCommand(): Command {
  return new Command('weigh');
}
