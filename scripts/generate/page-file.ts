// The page of a rule or a conversion, as it is beside its code: one Markdown file with all that it does.
//
//   # ID
//   ## Why it matters        and the other headings, in their order; text under each
//   ## Example
//   ### What it shows        a title, perhaps a sentence, and fences: the first example may do without a title
//   ---                      what is below the divider is no part of the page that people read
//   ### A corner case        in the same format
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block: the text after the backquotes, and what is inside, with its last line end. */
export interface Fence {
  readonly info: string;
  readonly text: string;
}

/** An example or a corner case, not read any further. */
export interface Shown {
  readonly title: string | undefined;
  /** What stands outside of the fences. */
  readonly prose: string;
  readonly fences: readonly Fence[];
}

export interface PageFile {
  /** The text under each heading but `Example`, as Markdown. */
  readonly sections: ReadonlyMap<string, string>;
  /** What stands under `Example`. */
  readonly examples: readonly Shown[];
  /** What is below the divider. */
  readonly cases: readonly Shown[];
}

export type PageKind = 'rules' | 'conversions';

const EXAMPLE = 'Example';
const WHY = 'Why it matters';
const SOURCES = 'Sources';

/** The headings of a page, in order. */
const HEADINGS: Readonly<Record<PageKind, readonly string[]>> = {
  rules: ['What it reports', WHY, EXAMPLE, 'Fix', 'When to ignore it', 'Options', SOURCES],
  conversions: ['What it does', WHY, EXAMPLE, 'What to check', SOURCES],
};

const REQUIRED: readonly string[] = [WHY, EXAMPLE];

const core = join(__dirname, '../../server/src/core');

/** The page beside the code of a rule or conversion, wherever in its folder that stands. */
export function pageOf(kind: PageKind, id: string): PageFile {
  const file = pageFiles(kind).get(id);
  if (!file) throw new Error(`${kind}/**/${id}.md is missing: the page of ${id}, next to its code`);
  return readPage(kind, id, readFileSync(file, 'utf8'));
}

/** The files of pages, by the ids in their names. */
export function pageFiles(kind: PageKind): ReadonlyMap<string, string> {
  const paths = readdirSync(join(core, kind), { recursive: true, encoding: 'utf8' });
  return new Map(
    paths
      .filter(path => path.endsWith('.md'))
      .map(path => [path.replace(/^.*[\\/]|\.md$/g, ''), join(core, kind, path)]),
  );
}

/** Pages without code beside them, by their path. */
export function strayPages(kind: PageKind): string[] {
  return [...pageFiles(kind).values()].filter(file => !existsSync(file.replace(/\.md$/, '.ts')));
}

/** @throws where the page is not of its format, with what is wrong */
export function readPage(kind: PageKind, id: string, markdown: string): PageFile {
  const fail = (what: string): never => {
    throw new Error(`${id}.md: ${what}`);
  };
  const { lines: all, isClosed } = linesOf(markdown);
  const [first, ...lines] = all;
  if (first?.text !== `# ${id}`) fail(`the first line is not "# ${id}"`);
  if (!isClosed) fail('a fence is never closed');
  const divider = lines.findIndex(line => !line.isFenced && line.text === '---');
  const above = divider < 0 ? lines : lines.slice(0, divider);
  const parts = split(above, '## ');
  const headings = parts.slice(1).map(part => part.title ?? '');
  if (textOf(parts[0]?.lines ?? []) !== '') fail('there is text above the first heading');
  const known = HEADINGS[kind];
  const unknown = headings.find(it => !known.includes(it));
  if (unknown !== undefined) fail(`"## ${unknown}" is none of ${known.join(', ')}`);
  if (headings.join() !== known.filter(it => headings.includes(it)).join())
    fail(`the headings are not in the order ${known.join(', ')}, each once`);
  const missing = REQUIRED.find(it => !headings.includes(it));
  if (missing) fail(`"## ${missing}" is missing`);
  const sections = new Map(parts.slice(1).map(part => [part.title ?? '', textOf(part.lines)]));
  const examples = parts.find(part => part.title === EXAMPLE)?.lines ?? [];
  sections.delete(EXAMPLE);
  const empty = [...sections].find(([, text]) => text === '');
  if (empty) fail(`there is nothing under "## ${empty[0]}"`);
  const below = divider < 0 ? [] : lines.slice(divider + 1);
  const wrong = below.find(line => !line.isFenced && /^##? /.test(line.text));
  if (wrong) fail(`"${wrong.text}" is below the divider, where only "### TITLE" is allowed`);
  const cases = shownIn(below);
  if (cases.some(it => it.title === undefined)) fail('a case below the divider is without a title');
  return { sections, examples: shownIn(examples), cases };
}

/** The links under `Sources`. */
export function sourcesOf({ sections }: PageFile): string[] {
  const text = sections.get(SOURCES) ?? '';
  return text.split('\n').flatMap(line => /^- <(\S+)>$/.exec(line)?.[1] ?? []);
}

interface Line {
  readonly text: string;
  /** True for the lines of a fence, its first and last among them. */
  readonly isFenced: boolean;
}

function linesOf(markdown: string): { lines: Line[]; isClosed: boolean } {
  let open: string | undefined;
  const lines = markdown.split(/\r?\n/).map(text => {
    const fence = /^(`{3,})[^`]*$/.exec(text)?.[1];
    if (open !== undefined) {
      if (text === open) open = undefined;
      return { text, isFenced: true };
    }
    open = fence;
    return { text, isFenced: fence !== undefined };
  });
  return { lines, isClosed: open === undefined };
}

interface Part {
  /** Undefined for what is above the first title. */
  readonly title: string | undefined;
  readonly lines: Line[];
}

function split(lines: readonly Line[], prefix: string): Part[] {
  const parts: Part[] = [{ title: undefined, lines: [] }];
  for (const line of lines) {
    if (!line.isFenced && line.text.startsWith(prefix))
      parts.push({ title: line.text.slice(prefix.length).trim(), lines: [] });
    else parts.at(-1)?.lines.push(line);
  }
  return parts;
}

function textOf(lines: readonly Line[]): string {
  return lines
    .map(line => line.text)
    .join('\n')
    .trim();
}

function shownIn(lines: readonly Line[]): Shown[] {
  return split(lines, '### ')
    .map(({ title, lines: own }) => ({
      title,
      prose: textOf(own.filter(line => !line.isFenced)),
      fences: fencesIn(own),
    }))
    .filter(({ title, prose, fences }) => title !== undefined || prose !== '' || fences.length > 0);
}

function fencesIn(lines: readonly Line[]): Fence[] {
  const fences: { info: string; lines: string[] }[] = [];
  let open: string | undefined;
  for (const { text, isFenced } of lines) {
    if (!isFenced) continue;
    if (open === undefined) {
      open = /^`+/.exec(text)?.[0] ?? '';
      fences.push({ info: text.slice(open.length).trim(), lines: [] });
    } else if (text === open) open = undefined;
    else fences.at(-1)?.lines.push(text);
  }
  return fences.map(({ info, lines: own }) => ({ info, text: own.map(line => `${line}\n`).join('') }));
}
