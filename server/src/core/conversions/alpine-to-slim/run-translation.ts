import { declineAt, declineFor, isDeclined, type Outcome, type Reason, reason } from '../../decline';
import { appendCommand } from '../../dockerfile/edit';
import type { Dockerfile, Run } from '../../dockerfile/model';
import { chainOf, type Link } from '../../dockerfile/run-chain';
import type { NotOffered } from '../../finding';
import { isInSlimImages } from '../../knowledge/apk-packages';
import { type ApkCommand, apkCommand } from '../../shell/apk';
import { shadowCommands } from '../../shell/busybox-accounts';
import { type Command, stopsAtFailure } from '../../shell/command';
import { packageName } from '../../shell/packages';
import { type Edit, remove, replace } from '../../text/edit';
import type { ExplainedEdit } from '../../text/explained-edits';
import { linesOf } from '../../text/lines';
import { listed } from '../../text/sentence';
import { type Span, span, textAt } from '../../text/span';
import type { Word } from '../../text/word';
import { withEditedWords } from './word-lines';

/** What the translation of a RUN has to know of the rest of the file. */
export interface Translation {
  readonly file: Dockerfile;
  /** Debian's packages in the place of each word behind `apk add`. */
  readonly names: ReadonlyMap<Word, readonly string[]>;
  /** The words that were installed under a name of their own. */
  readonly virtuals: ReadonlyMap<string, readonly Word[]>;
  /** Packages that an install without such a name brings. */
  readonly lasting: ReadonlySet<string>;
  /** Packages that a RUN installs beside its own, because other instructions need them. */
  readonly added: ReadonlyMap<Run, readonly string[]>;
  /** Commands that a RUN ends with, so that programs are found in the places that Alpine has them in. */
  readonly links: ReadonlyMap<Run, readonly string[]>;
}

/** One command of the RUN in Debian's words; without a text it goes. */
interface Item {
  readonly link: Link;
  readonly text: string | undefined;
  readonly because: string;
  readonly kind: 'fetches' | 'cleans' | 'other';
}

const CLEANING = 'rm -rf /var/lib/apt/lists/*';
const INSTALL = 'apt-get install -y --no-install-recommends';
const ACCOUNTS = /^(adduser|addgroup|deluser|delgroup)$/;
const APK_FOLDERS = /(^|["'=\s])\/(etc|var\/cache|lib|var\/lib)\/apk(\/|$)/;

/** True for a command that only works on Alpine, or means something else there. */
function isAlpines(command: Command): boolean {
  if (command.name === 'apk' || command.name === 'source' || ACCOUNTS.test(command.name)) return true;
  return mentionsApk(command);
}

function mentionsApk({ words, redirects }: Command): boolean {
  return (
    words.some((word, index) => APK_FOLDERS.test(word.text) || (index > 0 && word.text === 'apk')) ||
    redirects.some(({ target }) => target !== undefined && APK_FOLDERS.test(target.text))
  );
}

/** The edits that make a RUN of Alpine one of Debian, or the reason why it cannot be converted. */
export function translateRun(translation: Translation, run: Run): Outcome<readonly ExplainedEdit[]> {
  const { file } = translation;
  if (!run.script.commands.some(isAlpines)) return [];
  if (run.mounts.some(mount => APK_FOLDERS.test(mount.target ?? '')))
    return declineAt(file, run, 'apk-cache-mount');
  const chain = chainOf(file, run);
  if (!chain) return declineAt(file, run, 'apk-in-script');
  const items: Item[] = [];
  for (const link of chain) {
    const item = itemOf(translation, run, link, items);
    if (isDeclined(item)) return item;
    items.push(item);
  }
  return editsOf(translation, run, items);
}

function itemOf(translation: Translation, run: Run, link: Link, before: readonly Item[]): Outcome<Item> {
  const { file } = translation;
  const { command } = link;
  const same: Item = { link, text: textAt(file.text, link.span), because: '', kind: 'other' };
  if (!isAlpines(command)) return same;
  if (command.wrappers.length > 0 || command.assignments.length > 0)
    return declineAt(file, run, 'busybox-through-other-program', { program: command.name });
  const apk = apkCommand(command);
  if (apk) return apkItem(translation, run, link, apk, before);
  if (command.name === 'source') return sourceItem(file, run, link);
  if (command.name === 'rm') return removalItem(file, run, link);
  const account = shadowCommands(command, word => textAt(file.text, word.span));
  if (!account) return declineFor(file, run, otherUse(command));
  if (account.kind === 'unclear')
    return declineAt(file, run, 'busybox-account', { problem: account.because });
  const text = account.commands.join(separatorIn(run));
  const because = `${command.name} comes with BusyBox, and slim Debian images do not have it: ${text.split(' ')[0]} does the same`;
  return { ...same, text, because };
}

function otherUse({ name, words }: Command): Reason {
  const calls = words.some(word => word.text === 'apk');
  return calls ? reason('calls-apk-through', { program: name }) : reason('changes-apk-files');
}

/** Under `set -e` a failure of `a` in `a && b` would not end the RUN. */
function separatorIn({ script }: Run): string {
  return stopsAtFailure(script) ? '; ' : ' && ';
}

/** `. FILE` is what every shell knows; it looks for a bare name elsewhere. */
function sourceItem(file: Dockerfile, run: Run, link: Link): Outcome<Item> {
  const [program, path] = link.command.words;
  if (!program || !path?.text.includes('/')) return declineAt(file, run, 'source-unknown-to-sh');
  const text = `.${file.text.slice(program.span.end, link.span.end)}`;
  return { link, text, because: "In Debian's sh, source is a dot", kind: 'other' };
}

function removalItem(file: Dockerfile, run: Run, link: Link): Outcome<Item> {
  const folders = link.command.words.filter(word => APK_FOLDERS.test(word.text));
  if (folders.some(word => !/^\/var\/cache\/apk\/?\*?$/.test(word.text)))
    return declineAt(file, run, 'changes-apk-files');
  const edits = folders.map(word => replace(word.span, '/var/lib/apt/lists/*'));
  const text = withEditedWords(file.text, link.span, edits, file.escape);
  const because = "On Debian, apt's package lists have to be removed";
  return { link, text, because, kind: 'cleans' };
}

const SAFE_OPTIONS = new Set([
  ...[
    '--no-cache',
    '--update',
    '--update-cache',
    '-U',
    '-u',
    '--upgrade',
    '-q',
    '--quiet',
    '-v',
    '--verbose',
  ],
  ...['--virtual', '-t', '--no-progress', '--purge', '--rdepends', '-f', '--force', '--no-interactive'],
  ...['--available', '-a', '--latest', '-l', '--clean-protected', '--no-scripts'],
]);

function apkItem(
  translation: Translation,
  run: Run,
  link: Link,
  apk: ApkCommand,
  before: readonly Item[],
): Outcome<Item> {
  const { file } = translation;
  const odd = apk.line.options.find(it => !SAFE_OPTIONS.has(it.name));
  const output = apk.command.redirects.find(({ target }) => !/^(\/dev\/\w+|\d)$/.test(target?.text ?? ''));
  if (output) return declineAt(file, run, 'apk-output', { target: output.target?.text ?? 'a file' });
  if (odd) return declineAt(file, run, 'apk-option', { option: odd.name });
  const gone: Item = { link, text: undefined, because: 'Only apk needs this', kind: 'other' };
  switch (apk.verb) {
    case 'add':
      return addItem(translation, run, link, apk, before);
    case 'del':
      return deletionItem(translation, run, link, apk);
    case 'upgrade':
      return { ...gone, ...upgrade(run, before) };
    case 'update':
    case 'cache':
      return gone;
    default:
      return declineAt(file, run, 'apk-verb', { verb: apk.verb });
  }
}

function upgrade(run: Run, before: readonly Item[]): Pick<Item, 'text' | 'because' | 'kind'> {
  const because = 'apt-get upgrade does what apk upgrade does on Alpine';
  return { text: `${updateFirst(run, before)}apt-get upgrade -y`, because, kind: 'fetches' };
}

/** The first command that fetches needs the lists. */
function updateFirst(run: Run, before: readonly Item[]): string {
  if (before.some(it => it.kind === 'fetches')) return '';
  return `apt-get update${separatorIn(run)}`;
}

function addItem(
  translation: Translation,
  run: Run,
  link: Link,
  apk: ApkCommand,
  before: readonly Item[],
): Outcome<Item> {
  const { file, names, added } = translation;
  const kept = apk.packages.map(word => ({ word, apt: names.get(word) ?? [] }));
  const isFirst = !before.some(it => it.kind === 'fetches' && it.text?.includes(INSTALL));
  const more = isFirst ? (added.get(run) ?? []) : [];
  const last = kept.findLast(({ apt }) => apt.length > 0) ?? (more.length > 0 ? kept.at(-1) : undefined);
  if (!last) return { link, text: undefined, because: nothingNeeded(kept), kind: 'other' };
  const program = apk.command.words[0];
  const head = `${updateFirst(run, before)}${INSTALL}`;
  const edits = apk.command.words.map((word): Edit => {
    if (word === program) return replace(word.span, head);
    const own = [...(names.get(word) ?? []), ...(word === last.word ? more : [])];
    return replace(word.span, inPlaceOf(file, apk.command, word, own));
  });
  const text = withEditedWords(file.text, link.span, edits.filter(hasEffect(file)), file.escape);
  if (text === undefined) return declineAt(file, run, 'comment-over-nothing');
  return { link, text, because: translationOf(kept, more), kind: 'fetches' };
}

/** Words in the place of one: each on a line of its own where that one has it. */
function inPlaceOf(file: Dockerfile, { words }: Command, word: Word, names: readonly string[]): string {
  const lines = linesOf(file.text);
  const before = words[words.indexOf(word) - 1];
  const hasLine = before !== undefined && lines.lineOf(before.span.end) < lines.lineOf(word.span.start);
  return names.join(hasLine ? ` ${file.escape}${lines.eol}${lines.indentAt(word.span.start)}` : ' ');
}

function hasEffect({ text }: Dockerfile): (edit: Edit) => boolean {
  return edit => textAt(text, edit.span) !== edit.newText;
}

interface KeptWord {
  readonly word: Word;
  readonly apt: readonly string[];
}

function nothingNeeded(kept: readonly KeptWord[]): string {
  const names = kept.map(({ word }) => packageName(word));
  return `Debian needs none of ${listed(names)}: every Python package comes as a wheel there, or is in the base image`;
}

function translationOf(kept: readonly KeptWord[], more: readonly string[]): string {
  const gone = kept.filter(({ apt }) => apt.length === 0).map(({ word }) => packageName(word));
  const renamed = kept
    .filter(({ word, apt }) => apt.length > 0 && apt.join(' ') !== packageName(word))
    .map(({ word, apt }) => `${packageName(word)} is ${listed(apt)}`);
  const parts = [
    ...(renamed.length > 0 ? [`under Debian's names ${listed(renamed)}`] : []),
    ...(gone.length > 0 ? [`${listed(gone)} ${gone.length === 1 ? 'is' : 'are'} not needed there`] : []),
    ...(more.length > 0 ? [`${listed(more)} came with BusyBox`] : []),
  ];
  return ['apt installs packages on Debian, as apk does on Alpine', ...parts].join('; ');
}

function deletionItem(
  { file, names, virtuals, lasting }: Translation,
  run: Run,
  link: Link,
  { packages }: ApkCommand,
): Outcome<Item> {
  const apt: string[] = [];
  for (const word of packages) {
    const words = virtuals.get(word.text) ?? wordsNamed(packageName(word), names);
    if (!word.literal || words.length === 0)
      return declineAt(file, run, 'removes-unknown-package', { package: word.text });
    apt.push(...words.flatMap(it => names.get(it) ?? []));
  }
  const byName = packages.some(word => !virtuals.has(word.text));
  const purged = [...new Set(apt)].filter(name => mayGo(name) && (byName || !lasting.has(name)));
  const because = 'Packages that only the build needs are removed in the same layer, as with apk del';
  if (purged.length === 0)
    return { link, text: undefined, because: 'Nothing is left to remove', kind: 'other' };
  return { link, text: `apt-get purge -y --auto-remove ${purged.join(' ')}`, because, kind: 'other' };
}

function wordsNamed(name: string, names: Translation['names']): Word[] {
  return [...names.keys()].filter(word => packageName(word) === name);
}

/** What the base image has must stay, and a library may be one that the base image or a wheel loads. */
function mayGo(name: string): boolean {
  return !isInSlimImages(name) && !/^lib.*\d(t64)?$/.test(name);
}

function editsOf(
  { file, links }: Translation,
  run: Run,
  items: readonly Item[],
): Outcome<readonly ExplainedEdit[]> {
  const firstKept = items.findIndex(it => it.text !== undefined);
  if (firstKept === -1) return wholeRun(file, run, items);
  const gone = goneSpans(items, firstKept);
  const closing = [...(links.get(run) ?? []), ...(needsCleaning(items) ? [CLEANING] : [])].join(
    separatorIn(run),
  );
  const last = items.at(-1);
  const takesClosing = last?.text === undefined && closing !== '';
  const removed = gone.filter(({ item }) => !takesClosing || item !== last);
  if (removed.some(({ at }) => hasComment(file, at))) return commentInTheWay(file, run);
  const edits: ExplainedEdit[] = [
    ...removed.map(({ at, item }) => ({ ...remove(at), because: item.because })),
    ...items.flatMap(({ link, text, because }) =>
      text === undefined || because === '' ? [] : [{ ...replace(link.span, text), because }],
    ),
  ];
  if (closing === '') return edits;
  if (takesClosing && last)
    return [...edits, { ...replace(last.link.span, closing), because: closingReason }];
  const appended = appendCommand(file, run, closing);
  if (!appended) return declineAt(file, run, 'no-end-for-cleaning');
  return [...edits, { ...appended, because: closingReason }];
}

/** What goes with each command that goes: before the first that stays what parts it from the next, else from the last. */
function goneSpans(items: readonly Item[], firstKept: number): { readonly at: Span; readonly item: Item }[] {
  return items.flatMap((item, index) => {
    if (item.text !== undefined) return [];
    const next = items[index + 1];
    const { link } = item;
    const before = index < firstKept && next;
    const at = before ? span(link.span.start, next.link.span.start) : span(link.joint.start, link.span.end);
    return [{ at, item }];
  });
}

function needsCleaning(items: readonly Item[]): boolean {
  const fetches = items.findLastIndex(it => it.kind === 'fetches');
  return fetches !== -1 && !items.some((it, index) => index > fetches && it.kind === 'cleans');
}

const closingReason = 'The package lists that apt-get update downloads would stay in the layer';

function wholeRun(file: Dockerfile, run: Run, items: readonly Item[]): Outcome<readonly ExplainedEdit[]> {
  const lines = linesOf(file.text);
  const whole = lines.wholeLines(run.span);
  if (hasComment(file, run.span)) return commentInTheWay(file, run);
  const because = items.find(it => it.because !== '')?.because ?? 'Only apk needs this';
  // A blank line on both sides of it was for this RUN.
  const before = lines.lineOf(whole.start) - 1;
  const after = lines.lineOf(whole.end);
  const isBlank = (line: number) => line >= 0 && line < lines.count && lines.textOf(line).trim() === '';
  const end = isBlank(before) && isBlank(after) ? lines.endOf(after) : whole.end;
  return [{ ...remove(span(whole.start, end)), because }];
}

function hasComment(file: Dockerfile, at: Span): boolean {
  return file.comments.some(it => at.start <= it.span.start && it.span.end <= at.end);
}

function commentInTheWay(file: Dockerfile, run: Run): NotOffered {
  return declineAt(file, run, 'comment-over-nothing');
}

/** A RUN of its own in the file's style, for programs that BusyBox brought and that nothing else installs. */
export function installLine(packages: readonly string[]): string {
  return `apt-get update && ${INSTALL} ${packages.join(' ')} && ${CLEANING}`;
}
