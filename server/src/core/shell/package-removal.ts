import { isMadeOf } from '../text/glob';
import type { Word } from '../text/word';
import { aptCommand } from './apt';
import { argumentsOf, type Command, type Script } from './command';
import { type PackageCommand, packageCommand, packageName } from './packages';

/** What of the packages that a command installs is still there when its script has ended. */
export function packagesKept({ commands }: Script, install: PackageCommand): readonly Word[] {
  const later = commands.filter(it => it.span.start > install.command.span.start);
  const removals = later.flatMap(it => removedBy(it) ?? []);
  if (removals.some(it => it.text === install.virtual)) return [];
  // The words of a variable may be any of them.
  if (removals.some(it => !it.literal)) return [];
  const removed = removals.map(packageName);
  const automatic = later.some(removesUnused) ? markedAutomatic(commands) : [];
  const kept = keptByHand(commands);
  return install.packages.filter(word => {
    const name = packageName(word);
    if (removed.some(it => it === name || matches(it, name))) return false;
    return !automatic.some(it => matches(it, name)) || kept.includes(name);
  });
}

/** The packages that a command names to be removed; undefined where it removes none. */
function removedBy(command: Command): readonly Word[] | undefined {
  const removal = packageCommand(command);
  if (removal) return removal.action === 'remove' ? removal.packages : undefined;
  if (command.name === 'dpkg' && command.words.some(({ text }) => /^(-r|-P|--remove|--purge)$/.test(text)))
    return argumentsOf(command).filter(({ text }) => !text.startsWith('-'));
  const [program] = command.words;
  if (!program || command.name !== 'xargs' || !REMOVING.test(textOf(command))) return undefined;
  // `dpkg -l | grep … | xargs apt-get purge`: what comes in by the pipe may be any of them.
  return [{ ...program, literal: false }];
}

const REMOVING = /\b(purge|remove|del|erase)\b/;

function textOf({ words }: Command): string {
  return words.map(it => it.text).join(' ');
}

/** `apt-get autoremove`, and `purge --auto-remove`: all goes that is marked as installed automatically. */
function removesUnused(command: Command): boolean {
  const apt = aptCommand(command);
  if (!apt) return false;
  if (/^auto(remove|purge)$/.test(apt.verb)) return true;
  return (
    /^(remove|purge)$/.test(apt.verb) && apt.line.options.some(({ name }) => /^--auto-?remove$/.test(name))
  );
}

/** The patterns that `apt-mark auto` is given, as apt takes them: `.*` is every package. */
function markedAutomatic(commands: readonly Command[]): string[] {
  return marked(commands, 'auto').map(text => (/^(\^?\.\*\$?|\*)$/.test(text) ? '*' : text));
}

/** Named in `apt-mark manual`. What a variable holds was there before: that is what it is for. */
function keptByHand(commands: readonly Command[]): string[] {
  return marked(commands, 'manual');
}

function marked(commands: readonly Command[], verb: 'auto' | 'manual'): string[] {
  return commands
    .filter(it => it.name === 'apt-mark' && it.words.some(({ text }) => text === verb))
    .flatMap(it => argumentsOf(it).filter(({ text, literal }) => literal && text !== verb))
    .map(({ text }) => text);
}

function matches(pattern: string, name: string): boolean {
  return pattern === name || (pattern.includes('*') && isMadeOf(name, pattern.split(/\.?\*/)));
}
