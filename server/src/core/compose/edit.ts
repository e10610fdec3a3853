import { type Edit, insert, remove, replace } from '../text/edit';
import { type Lines, linesOf } from '../text/lines';
import { oncePer } from '../text/once-per';
import { contains, type Span, span } from '../text/span';
import type { Compose, Entry, List, Mapping, YamlComment } from './model';
import { nodeAt } from './query';

/** A value that an edit writes: YAML as it is behind a key, or keys below it in their order. */
export type NewValue = string | NewMapping;

export interface NewMapping {
  /** The anchor that others will refer to. */
  readonly anchor?: string;
  readonly entries: Readonly<Record<string, NewValue>>;
}

/**
 * Writes `path: value` into a mapping as its author would: in the file's indentation and line ends, in block or
 * flow style as the mapping is, behind the last of the `after` keys that is there, else at the end. Keys of the
 * path that are there are gone into; comments stay where they are.
 *
 * The mapping's own text is edited. Undefined where a part of the path comes from an anchor, a merge key or
 * `extends`, which others use too, where the last key is there already, and where the mapping is written as JSON.
 */
export function setAt(
  file: Compose,
  mapping: Mapping,
  path: readonly [string, ...string[]],
  value: NewValue,
  after: readonly string[] = [],
): readonly Edit[] | undefined {
  const [key, ...rest] = path;
  const entry = mapping.entries.find(it => it.key.text === key);
  const [next, ...deeper] = rest;
  if (!entry) return addEntry(file, mapping, key, next ? nested([next, ...deeper], value) : value, after);
  if (entry.merged || entry.aliased || !next) return undefined;
  if (entry.value?.kind === 'mapping' && !isEmptyFlow(entry.value))
    return setAt(file, entry.value, [next, ...deeper], value, after);
  return fillEntry(file, entry, nested([next, ...deeper], value));
}

function isEmptyFlow(mapping: Mapping): boolean {
  return mapping.flow && mapping.entries.length === 0 && mapping.merges.length === 0;
}

function nested([first, ...rest]: readonly [string, ...string[]], value: NewValue): NewMapping {
  const [next, ...deeper] = rest;
  return { entries: { [first]: next ? nested([next, ...deeper], value) : value } };
}

/** Gives a value to a key that has none: `deploy:`, `deploy: {}`. */
function fillEntry(file: Compose, entry: Entry, value: NewMapping): readonly Edit[] | undefined {
  const lines = linesOf(file.text);
  const style = styleOf(file);
  if (entry.value?.kind === 'mapping') return [replace(entry.value.span, flowValue(value))];
  if (entry.value && entry.value.span.end > entry.value.span.start) return undefined;
  const indent = `${columnIndent(lines, entry.span.start)}${style.unit}`;
  const end = lines.contentEnd(lines.lineOf(entry.span.start));
  return [insert(end, `${style.eol}${blockLines(value, indent, style).join(style.eol)}`)];
}

function addEntry(
  file: Compose,
  mapping: Mapping,
  key: string,
  value: NewValue,
  after: readonly string[],
): readonly Edit[] | undefined {
  const lines = linesOf(file.text);
  const style = styleOf(file);
  if (mapping.flow) return addToFlow(file, mapping, key, value, style);
  const neighbour = neighbourIn(mapping, after);
  if (!neighbour) return undefined;
  const indent = columnIndent(lines, mapping.span.start);
  const at = lines.contentEnd(lines.lineOf(Math.max(neighbour.end - 1, neighbour.start)));
  const written = entryLines(key, value, indent, style);
  return [insert(at, `${style.eol}${written.join(style.eol)}`)];
}

/** The own pair to write behind: the last of the wanted keys, else the last one that is in the file. */
function neighbourIn(mapping: Mapping, after: readonly string[]): Span | undefined {
  const own = mapping.entries.filter(entry => isOwn(mapping, entry));
  const wanted = own.filter(entry => after.includes(entry.key.text)).at(-1);
  if (wanted) return wanted.span;
  return [...own.map(entry => entry.span), ...mapping.merges].sort((a, b) => a.end - b.end).at(-1);
}

/** True where the pair is in the mapping itself: not through a merge key, nor through `extends`. */
export function isOwn(mapping: Mapping, entry: Entry): boolean {
  return !entry.merged && contains(mapping.span, entry.key.span);
}

function addToFlow(
  file: Compose,
  mapping: Mapping,
  key: string,
  value: NewValue,
  style: Style,
): Edit[] | undefined {
  const { text } = file;
  if (isJson(text, mapping)) return undefined;
  const written = `${key}: ${flowValue(value)}`;
  const last = neighbourIn(mapping, []);
  if (!last) return [insert(mapping.span.start + 1, written)];
  const lines = linesOf(text);
  const ownLine = lines.lineOf(last.start) > lines.lineOf(mapping.span.start);
  if (!ownLine) return [insert(last.end, `, ${written}`)];
  const indent = lines.indentAt(last.start);
  const comma = /^\s*,/.exec(text.slice(last.end, mapping.span.end));
  const end = lines.contentEnd(lines.lineOf(last.end));
  if (comma) return [insert(end, `${style.eol}${indent}${written},`)];
  return end === last.end
    ? [insert(end, `,${style.eol}${indent}${written}`)]
    : [insert(last.end, ','), insert(end, `${style.eol}${indent}${written}`)];
}

/** A file that is JSON too must stay so: the edits here write plain YAML. */
function isJson(text: string, mapping: Mapping): boolean {
  const first = mapping.entries.find(entry => isOwn(mapping, entry));
  return first !== undefined && text.charAt(first.key.span.start) === '"';
}

/** Adds an item to a list, written as its others are. Undefined where the list is empty. */
export function addItem(file: Compose, list: List, item: string): readonly Edit[] | undefined {
  const last = list.items.at(-1);
  if (list.flow) return [insert(last ? last.span.end : list.span.start + 1, last ? `, ${item}` : item)];
  if (!last) return undefined;
  const lines = linesOf(file.text);
  const at = lines.contentEnd(lines.lineOf(Math.max(list.span.end - 1, list.span.start)));
  return [insert(at, `${lines.eol}${columnIndent(lines, list.span.start)}- ${item}`)];
}

/**
 * Takes a pair out with the lines that it is on. A comment on these lines stays, on a line of its own.
 * Undefined where the pair does not begin its line, as in `- name: x` and `? key`, and where it holds an anchor that
 * is used elsewhere.
 */
export function removeEntry(file: Compose, mapping: Mapping, entry: Entry): readonly Edit[] | undefined {
  if (!isOwn(mapping, entry) || isUsedElsewhere(file, entry)) return undefined;
  if (mapping.flow) return [remove(withComma(file.text, mapping, entry))];
  return replaceLines(file, entry, []);
}

/** Puts another pair in a pair's place; comments inside it stay, above it. Undefined as for `removeEntry`. */
export function replaceEntry(
  file: Compose,
  mapping: Mapping,
  entry: Entry,
  pairs: Readonly<Record<string, string>>,
): readonly Edit[] | undefined {
  if (!isOwn(mapping, entry) || isUsedElsewhere(file, entry)) return undefined;
  if (mapping.flow) return isJson(file.text, mapping) ? undefined : [replace(entry.span, flowPairs(pairs))];
  const written = Object.entries(pairs).map(([key, value]) => `${key}: ${value}`);
  return replaceLines(file, entry, written);
}

function isUsedElsewhere(file: Compose, { span: at }: Entry): boolean {
  const aliases = aliasesByTarget(file);
  for (let index = firstFrom(aliases, it => it.target, at.start); index < aliases.length; index++) {
    const alias = aliases[index];
    if (!alias || alias.target >= at.end) return false;
    if (!contains(at, alias.span)) return true;
  }
  return false;
}

const aliasesByTarget = oncePer(({ aliases }: Compose) => [...aliases].sort((a, b) => a.target - b.target));

/** The index of the first of sorted items that lies at an offset or behind it. */
function firstFrom<Item>(items: readonly Item[], offsetOf: (item: Item) => number, from: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && offsetOf(item) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

function replaceLines(file: Compose, entry: Entry, written: readonly string[]): readonly Edit[] | undefined {
  const lines = linesOf(file.text);
  const first = lines.lineOf(entry.span.start);
  const indent = columnIndent(lines, entry.span.start);
  if (file.text.slice(lines.startOf(first), entry.span.start).trim() !== '') return undefined;
  const whole = lines.wholeLines(entry.span);
  const comments = commentsIn(file, whole);
  const kept = [...comments.map(comment => commentText(file, comment)), ...written];
  if (!endsLine(file, entry, whole)) return undefined;
  const start = lines.startOf(first) + (first === 0 && file.text.startsWith('\uFEFF') ? 1 : 0);
  return [replace(span(start, whole.end), kept.map(line => `${indent}${line}${lines.eol}`).join(''))];
}

/** True where behind the pair's end its last line holds nothing but a comment. */
function endsLine(file: Compose, entry: Entry, whole: Span): boolean {
  return /^\s*(#[^\n]*(\n\s*)?)?$/.test(file.text.slice(entry.span.end, whole.end));
}

function commentsIn(file: Compose, at: Span): YamlComment[] {
  const all = commentsInOrder(file);
  const startOf = (comment: YamlComment) => comment.span.start;
  const near = all.slice(firstFrom(all, startOf, at.start), firstFrom(all, startOf, at.end + 1));
  return near.filter(comment => contains(at, comment.span));
}

const commentsInOrder = oncePer(({ comments }: Compose) =>
  [...comments].sort((a, b) => a.span.start - b.span.start),
);

function commentText(file: Compose, { span: at }: YamlComment): string {
  return file.text.slice(at.start, at.end).trimEnd();
}

function withComma(text: string, mapping: Mapping, entry: Entry): Span {
  const behind = /^\s*,[ \t]*/.exec(text.slice(entry.span.end, mapping.span.end));
  if (behind) return span(entry.span.start, entry.span.end + behind[0].length);
  const before = /,\s*$/.exec(text.slice(mapping.span.start, entry.span.start));
  return span(entry.span.start - (before?.[0].length ?? 0), entry.span.end);
}

/** How a file is written. */
export interface Style {
  readonly eol: string;
  /** One level of indentation. */
  readonly unit: string;
}

/** The indentation of the first key below `services`, two blanks where there is none. */
export const styleOf = oncePer((file: Compose): Style => {
  const lines = linesOf(file.text);
  const top = nodeAt(file.root, 'services');
  const columns = top?.kind === 'mapping' && !top.flow ? lines.at(top.span.start).character : 0;
  return { eol: lines.eol, unit: ' '.repeat(columns > 0 ? columns : 2) };
});

/** As many blanks as there are before `offset`: a pair in a list is as far in as the text behind the dash. */
function columnIndent(lines: Lines, offset: number): string {
  const { line, character } = lines.at(offset);
  const before = lines.textOf(line).slice(0, character);
  return before.replace(/^\uFEFF/, '').replace(/[^ \t]/g, ' ');
}

function entryLines(key: string, value: NewValue, indent: string, style: Style): string[] {
  if (typeof value === 'string') return [`${indent}${key}: ${value}`];
  const anchor = value.anchor === undefined ? '' : ` &${value.anchor}`;
  return [`${indent}${key}:${anchor}`, ...blockLines(value, `${indent}${style.unit}`, style)];
}

/** The pairs of a mapping as lines, each behind `indent`. */
export function blockLines(value: NewMapping, indent: string, style: Style): string[] {
  return Object.entries(value.entries).flatMap(([key, inner]) => entryLines(key, inner, indent, style));
}

function flowValue(value: NewValue): string {
  if (typeof value !== 'string') return `{ ${flowPairs(value.entries)} }`;
  const isPlain = !/^["'[{]/.test(value);
  // A brace or a comma ends what is written without quotes: `${NAME}:latest`.
  return isPlain && /[{}[\],]/.test(value) ? JSON.stringify(value) : value;
}

function flowPairs(pairs: Readonly<Record<string, NewValue>>): string {
  return Object.entries(pairs)
    .map(([key, value]) => `${key}: ${flowValue(value)}`)
    .join(', ');
}

/**
 * Writes a pair at the top level, in front of `services` and of the comment that speaks of it, with an empty line
 * between. A comment at the very top of the file speaks of the file and stays there, unless it silences a rule.
 * Undefined where the top level is written in flow style or holds no `services`.
 */
export function addBeforeServices(file: Compose, key: string, value: NewValue): readonly Edit[] | undefined {
  const services = file.root?.entries.find(entry => entry.key.text === 'services');
  if (!file.root || file.root.flow || !services || services.merged) return undefined;
  const lines = linesOf(file.text);
  const style = styleOf(file);
  const line = firstLineOf(file, lines, lines.lineOf(services.span.start));
  const start = lines.startOf(line) + (line === 0 && file.text.startsWith('\uFEFF') ? 1 : 0);
  const written = entryLines(key, value, '', style).map(text => `${text}${style.eol}`);
  return [insert(start, `${written.join('')}${style.eol}`)];
}

function firstLineOf(file: Compose, lines: Lines, services: number): number {
  let first = services;
  while (first > 0 && /^#/.test(lines.textOf(first - 1).replace(/^\uFEFF/, ''))) first--;
  if (first > 0) return first;
  const glued = file.text.slice(0, lines.startOf(services));
  return /#\s*plimsoll\s+ignore=/.test(glued) ? first : services;
}
