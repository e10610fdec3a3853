import { isBelow, LayerStack } from '../../../analysis/layers/layer-stack';
import { covers } from '../../../analysis/layers/leftovers';
import { appendCommand, insertAbove, instructionText } from '../../../dockerfile/edit';
import { blockOf } from '../../../dockerfile/instruction-block';
import type { Copy, Dockerfile, Instruction, Run, Stage } from '../../../dockerfile/model';
import { ofKind } from '../../../dockerfile/query';
import { removeWord } from '../../../dockerfile/remove-word';
import { chainOf, removeLink } from '../../../dockerfile/run-chain';
import { rootBase } from '../../../dockerfile/stage-graph';
import { stateBefore } from '../../../dockerfile/stage-state';
import { baseImage } from '../../../knowledge/base-images';
import { isAccountCommand } from '../../../shell/accounts';
import type { Command } from '../../../shell/command';
import { copyFlagFor, type OwnershipChange } from '../../../shell/ownership';
import { packageCommand } from '../../../shell/packages';
import { type Edit, insert, remove, replace } from '../../../text/edit';
import { linesOf } from '../../../text/lines';
import { textAt } from '../../../text/span';
import { type CommandWrite, destinationOf, layerWrites, placeOf, withParents } from './layer-writes';
import { installsPythonPackages } from './made-files';

/** A recursive chown or chmod of files that other layers hold. */
export interface LateChange {
  readonly stage: Stage;
  readonly run: Run;
  readonly change: OwnershipChange;
  /** Absolute. */
  readonly paths: readonly string[];
  readonly copies: readonly Copy[];
  /** Folders that RUNs fill, the one with the change among them. */
  readonly trees: readonly MadeTree[];
}

interface MadeTree {
  readonly run: Run;
  readonly folder: string;
}

/** What earlier layers hold of the paths that a command changes; undefined if that is nothing, or not known. */
export function lateChange(
  file: Dockerfile,
  stage: Stage,
  run: Run,
  change: OwnershipChange,
): LateChange | undefined {
  const paths = change.paths.flatMap(word => placeOf(file, run, word) ?? []);
  if (!change.recursive || paths.length === 0 || paths.length < change.paths.length) return undefined;
  const isInside = (folder: string) => paths.some(path => covers(path, folder));
  const written = layerWrites(file, stage).copies;
  const copies = [...new Set(paths.flatMap(path => written.get(path) ?? []))]
    .filter(copy => isBelow(copy, run))
    .sort((a, b) => a.span.start - b.span.start);
  const trees = writesBefore(file, stage, change.command).flatMap(({ run: maker, made }) =>
    made.trees.filter(isInside).map(folder => ({ run: maker, folder })),
  );
  const isLate = copies.length > 0 || trees.some(tree => tree.run !== run);
  return isLate ? { stage, run, change, paths, copies, trees } : undefined;
}

/** The RUNs of the layers below one, and itself. */
function runsUpTo(file: Dockerfile, stage: Stage, run: Run): Run[] {
  return LayerStack.of(file, stage).runs.filter(it => it === run || isBelow(it, run));
}

/** The commands that make folders before one does, in its own RUN and in the layers below; what stands inside it runs first. */
function writesBefore(file: Dockerfile, stage: Stage, end: Command): readonly CommandWrite[] {
  return layerWrites(file, stage).commands.filter(it => it.command.span.start < end.span.end);
}

/** All commands of another RUN; those that its own RUN has before the change. */
function commandsBefore({ script: { commands } }: Run, end: Command): readonly Command[] {
  const at = commands.indexOf(end);
  return at === -1 ? commands : commands.slice(0, at);
}

/**
 * Gives files their owner or mode where they are written: with a flag of COPY, or in the RUN that makes them. What is left
 * of the change itself are the folders, which weigh nothing. Users that are made too late for that are made earlier.
 *
 * @returns undefined if something in between has unknown effects, or the account may not be there in time
 */
export function ownWhereWritten(file: Dockerfile, late: LateChange): Edit[] | undefined {
  const flag = copyFlagFor(late.change);
  const folders = foldersBelow(file, late);
  if (!flag || !folders || !isPlain(late) || !late.paths.every(path => isOwnFolder(file, late, path)))
    return undefined;
  const written = [...late.copies, ...late.trees.map(tree => tree.run)];
  const [first] = written.sort((a, b) => a.span.start - b.span.start);
  if (!first || !written.every(it => it.stage === late.run.stage && isRoot(file, it))) return undefined;
  if (writesTreesAgain(file, late)) return undefined;
  const accounts = flag.name === 'chown' ? accountEdits(file, late, first, flag.value) : [];
  const copies = late.copies.map(copy => copyFlag(copy, flag));
  const makers = makerEdits(file, late);
  if (!accounts || !makers || copies.includes(undefined)) return undefined;
  return [
    ...accounts,
    ...copies.flatMap(edits => edits ?? []),
    ...makers,
    ...changeEdits(file, late, folders),
  ];
}

function isPlain({ run, change }: LateChange): boolean {
  const { command, recursive } = change;
  const isAlone = recursive?.word.text === '-R' || recursive?.word.text === '--recursive';
  return isAlone && run.form !== 'exec' && command.scope === 'script' && command.redirects.length === 0;
}

function isRoot(file: Dockerfile, instruction: Instruction): boolean {
  return /^(root|0)(:.*)?$/.test(stateBefore(file, instruction).user?.user?.text ?? 'root');
}

/** Folders of a project, where nothing is but what the Dockerfile puts there. */
function isOwnFolder(file: Dockerfile, { stage, copies }: LateChange, path: string): boolean {
  const base = rootBase(file, stage);
  const isKnown = base.kind === 'image' && baseImage(base.ref) !== undefined;
  // An image that was not read may have anything in a folder that no COPY makes its own.
  if (!isKnown && !copies.some(copy => destinationOf(file, copy) === path)) return false;
  if (/^\/(var\/www|usr\/src|home\/[\w-]+|usr\/local\/app|var\/task)(\/|$)/.test(path)) return true;
  if (/^\/(usr|var|etc|bin|sbin|lib\w*|dev|proc|sys|run|boot|root)(\/|$)/.test(path)) return false;
  return !/^\/(|opt|srv|home|tmp|mnt)$/.test(path);
}

/** Empty folders that RUNs and COPYs make below the paths; undefined if a RUN has unknown effects. */
function foldersBelow(file: Dockerfile, { stage, change, paths, copies }: LateChange): string[] | undefined {
  const { unknown } = layerWrites(file, stage);
  if (unknown && unknown.span.start < change.command.span.end) return undefined;
  const made = writesBefore(file, stage, change.command).flatMap(it => it.made.folders);
  // The older builder gives no owner to the folders that a COPY makes on the way to its destination.
  const onTheWay = copies.flatMap(copy => withParents(destinationOf(file, copy) ?? '').slice(0, -1));
  const folders = [...made.flatMap(withParents), ...onTheWay];
  const below = folders.filter(folder => paths.some(path => path !== folder && covers(path, folder)));
  return [...new Set(below)];
}

/** Packages that a later RUN puts into a virtualenv would belong to root again. */
function writesTreesAgain(file: Dockerfile, { stage, run, trees }: LateChange): boolean {
  const makers = new Set(trees.map(tree => tree.run));
  const twice = trees.some(tree =>
    trees.some(other => other.folder === tree.folder && other.run !== tree.run),
  );
  const [maker] = makers;
  if (!maker) return false;
  const isVenv = trees.some(tree => !tree.folder.endsWith('/node_modules'));
  const fills = (one: Run) => isVenv && !makers.has(one) && one.script.commands.some(installsPythonPackages);
  const runs = runsUpTo(file, stage, run);
  return twice || runs.slice(runs.indexOf(maker)).some(fills);
}

function copyFlag(copy: Copy, { name, value }: { name: string; value: string }): Edit[] | undefined {
  const given = copy.flags.find(flag => flag.name === name);
  if (given?.value === value) return [];
  // An account is looked up in the layers below, which --link does without.
  if (copy.flags.some(flag => flag.name === 'link') && !/^[\d:]+$/.test(value)) return undefined;
  if (given) return [replace(given.span, `--${name}=${value}`)];
  return [insert(copy.flags.at(-1)?.span.end ?? copy.keyword.span.end, ` --${name}=${value}`)];
}

function makerEdits(file: Dockerfile, { run, change, trees }: LateChange): Edit[] | undefined {
  const others = [...new Set(trees.map(tree => tree.run))].filter(maker => maker !== run);
  const edits = others.map(maker =>
    appendCommand(
      file,
      maker,
      recursively(
        change,
        trees.filter(tree => tree.run === maker),
      ),
    ),
  );
  return edits.every(edit => edit !== undefined) ? edits : undefined;
}

function recursively({ program, to }: OwnershipChange, trees: readonly MadeTree[]): string {
  return `${program} -R ${to.text} ${[...new Set(trees.map(tree => tree.folder))].join(' ')}`;
}

/** What is left of the change: the folders themselves, and what its own RUN makes. */
function changeEdits(
  file: Dockerfile,
  { run, change, trees }: LateChange,
  folders: readonly string[],
): Edit[] {
  const { command, recursive } = change;
  const own = trees.filter(tree => tree.run === run);
  const last = command.words.at(-1)?.span.end ?? command.span.end;
  const more =
    folders.map(folder => ` ${folder}`).join('') + (own.length > 0 ? ` && ${recursively(change, own)}` : '');
  return [
    ...(recursive ? removeWord(file, command, recursive.word) : []),
    ...(more === '' ? [] : [insert(last, more)]),
  ];
}

/** Accounts that a package or the base brings, by names that stand for the same everywhere. */
const KNOWN_ACCOUNTS = /^(root|nobody|www-data|daemon|node|\d+)$/;

/** Makes the accounts of an owner in front of the first instruction that names it; undefined where that cannot be sure. */
function accountEdits(
  file: Dockerfile,
  late: LateChange,
  first: Instruction,
  owner: string,
): Edit[] | undefined {
  const names = owner.split(':').filter(name => !KNOWN_ACCOUNTS.test(name));
  if (names.length === 0) return [];
  const { instructions } = late.stage;
  const runs = ofKind(
    instructions.slice(instructions.indexOf(first), instructions.indexOf(late.run) + 1),
    'RUN',
  );
  const mentions = (command: Command) => command.words.some(word => names.includes(word.text));
  const commands = runs.flatMap(run => commandsBefore(run, late.change.command));
  if (!commands.some(command => isAccountCommand(command) && mentions(command))) {
    const made = runsUpTo(file, late.stage, late.run).some(
      it =>
        it !== late.run && it.script.commands.some(command => isAccountCommand(command) && mentions(command)),
    );
    return made || !commands.some(command => packageCommand(command)) ? [] : undefined;
  }
  const moves = runs
    .filter(run => run.script.commands.some(isAccountCommand))
    .map(run => accountsOf(file, run));
  if (!moves.every(move => move !== undefined)) return undefined;
  const lines = moves.flatMap(move => move.lines);
  return [insertAbove(file, first, lines), ...moves.flatMap(move => move.taken)];
}

interface MovedAccounts {
  /** Whole lines, to stand further up. */
  readonly lines: readonly string[];
  readonly taken: readonly Edit[];
}

function accountsOf(file: Dockerfile, run: Run): MovedAccounts | undefined {
  const links = chainOf(file, run);
  const accounts = links?.filter(({ command }) => isAccountCommand(command));
  if (!links || !accounts || accounts.some(({ command }) => command.words.some(word => !word.literal)))
    return undefined;
  if (accounts.length === links.length) {
    const block = blockOf(file, run);
    const { eol } = linesOf(file.text);
    return { lines: textAt(file.text, block).trimEnd().split(eol), taken: [remove(block)] };
  }
  const taken = accounts.map(link => removeLink(file, links, link));
  if (!taken.every(edit => edit !== undefined)) return undefined;
  const text = accounts.map(link => textAt(file.text, link.span)).join(' && ');
  return text.includes('\n') ? undefined : { lines: [instructionText(file, 'RUN', text)], taken };
}
