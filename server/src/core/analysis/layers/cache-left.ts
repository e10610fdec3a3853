import { appendBehind, appendCommand } from '../../dockerfile/edit';
import type { Dockerfile, Run } from '../../dockerfile/model';
import type { Evidence, Fix } from '../../finding';
import type { CacheName } from '../../knowledge/caches';
import type { Context } from '../../rule';
import { type Command, runsForCertain } from '../../shell/command';
import { removesPackages } from '../../shell/package-removal';
import { cacheEvidence, sizeInWords } from '../sizes/evidence';
import type { LayerLeftover } from './leftovers';
import { shippedLeftovers } from './shipped-leftovers';

/** A cache that stays in a layer of a final image. */
export interface CacheLeft extends LayerLeftover {
  readonly run: Run;
  /** The command that wrote last. */
  readonly writer: Command;
  /** What it weighs, if it was read. */
  readonly evidence: Evidence | undefined;
  /** `, 48 MB (measured),` to be put into a sentence; empty where no size is known. */
  readonly size: string;
}

/** The caches of some kinds in the layers of the final images, without those that were measured and are not there. */
export function cachesLeft(
  file: Dockerfile,
  { workspace, engine }: Context,
  ...kinds: readonly CacheName[]
): CacheLeft[] {
  return shippedLeftovers(file, workspace.targets, ...kinds).flatMap(left => {
    const writer = left.writers.at(-1);
    const measured = kinds.flatMap(kind => cacheEvidence(file, left.run, kind, engine) ?? []);
    const evidence = measured.find(it => it.bytes !== 0) ?? measured[0];
    // Whatever took it away: it is not there.
    if (!writer || evidence?.bytes === 0) return [];
    const size = sizeInWords(evidence);
    return [{ ...left, writer, evidence, size: size ? `, ${size},` : '' }];
  });
}

/**
 * Joins a command that empties the cache to the end of the RUN that filled it, as the same user. Where a condition
 * decides whether the tool runs, it may not even be there: then the command stands inside of the condition. Where the
 * RUN removes the tool again, it stands right behind the tool's own command.
 */
export function cleanAtTheEnd(file: Dockerfile, left: CacheLeft, command: string): Fix[] {
  const { run, writer, folder } = left;
  if (left.isNamedByCommand && !/^[\w./-]+$/.test(folder)) return [];
  const sudo = writer.wrappers.some(word => word.text === 'sudo') ? 'sudo ' : '';
  const cleaning = left.isNamedByCommand ? `rm -rf ${folder}` : command;
  const edits =
    cleaning.startsWith('rm -rf ') ||
    (left.writers.some(it => runsForCertain(run.script, it)) && !isRemovedLater(run, writer, cleaning))
      ? [appendCommand(file, run, sudo + cleaning)]
      : left.writers.map(it => appendBehind(file, run, it, sudo + cleaning));
  if (edits.includes(undefined)) return [];
  return [{ title: `Add ${cleaning}`, safety: 'safe', edits: edits.flatMap(it => it ?? []) }];
}

/** True where a later command of the RUN may take away the program that empties the cache. */
function isRemovedLater({ script }: Run, writer: Command, cleaning: string): boolean {
  const [program = ''] = cleaning.split(' ');
  return script.commands.some(
    command => command.span.start > writer.span.start && mayRemove(command, program),
  );
}

/** A package manager, since it may remove what the program runs on; `rm` and `unlink` by the file's name. */
function mayRemove(command: Command, program: string): boolean {
  if (removesPackages(command)) return true;
  if (command.name !== 'rm' && command.name !== 'unlink') return false;
  return command.words
    .slice(1)
    .some(
      ({ text }) => PROGRAM_FOLDER.test(text) || text.includes('$') || baseName(text).startsWith(program),
    );
}

/** Where programs and the packages behind them are, as a whole. */
const PROGRAM_FOLDER = /\/(bin|lib\/node_modules)\/?\*?$/;

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
