import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import { headComments } from '../text/head-comments';
import { limitProblem, type Problem, syntaxProblem, visibleSpan } from '../text/problem';
import { type Span, span } from '../text/span';
import { tomlLimit } from './toml-bounds';

/** A TOML document with the place of each key and value. */
export interface TomlFile {
  /** Everything of the file as one table; empty where the file cannot be read. */
  readonly root: TomlTable;
  readonly comments: readonly TomlComment[];
  readonly problems: readonly Problem[];
}

export interface TomlComment {
  /** From the `#` to the end of the line. */
  readonly span: Span;
  /** The text after the `#`, trimmed. */
  readonly text: string;
}

export type TomlNode = TomlTable | TomlArray | TomlString | TomlOther;

export interface TomlTable {
  readonly kind: 'table';
  readonly entries: ReadonlyMap<string, TomlEntry>;
}

export interface TomlEntry {
  readonly keySpan: Span;
  /** From the key to the end of the value; of a `[table]` its header alone. */
  readonly span: Span;
  readonly value: TomlNode;
}

export interface TomlArray {
  readonly kind: 'array';
  readonly span: Span;
  readonly items: readonly TomlNode[];
}

export interface TomlString {
  readonly kind: 'string';
  readonly value: string;
  /** With its quotes. */
  readonly span: Span;
  /** Where the text begins if it is in the file as it is: without escapes, on one line. */
  readonly plainFrom: number | undefined;
}

/** A number, a boolean or a date. */
export interface TomlOther {
  readonly kind: 'other';
  readonly value: unknown;
  readonly span: Span;
}

/** Reads TOML 1.0. Never fails: a text that is none is an empty table and a problem. */
export function parseToml(text: string): TomlFile {
  const limit = tomlLimit(text);
  if (limit !== undefined)
    return {
      root: emptyTable(),
      comments: headComments(text),
      problems: [limitProblem(span(0, text.length), limit)],
    };
  try {
    const program = parseTOML(text);
    const reader = new TableReader(text);
    for (const node of program.body[0].body) reader.read(node);
    return { root: reader.root, comments: program.comments.map(commentOf), problems: [] };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const at = Math.min(error.index, text.length);
    const problem = syntaxProblem(visibleSpan(text, span(at, at)), `invalid TOML: ${error.message}`);
    return { root: emptyTable(), comments: commentsOf(text), problems: [problem] };
  }
}

/** The value that a path of keys leads to: `at(root, 'tool', 'uv', 'sources')`. */
export function at(node: TomlNode | undefined, ...keys: readonly string[]): TomlNode | undefined {
  let current = node;
  for (const key of keys) current = current?.kind === 'table' ? current.entries.get(key)?.value : undefined;
  return current;
}

/** The entries of a table; none where there is no table. */
export function entriesOf(node: TomlNode | undefined): [string, TomlEntry][] {
  return node?.kind === 'table' ? [...node.entries] : [];
}

/** The items of an array; none where there is no array. */
export function itemsOf(node: TomlNode | undefined): readonly TomlNode[] {
  return node?.kind === 'array' ? node.items : [];
}

/** The text of a string; undefined for anything else. */
export function stringOf(node: TomlNode | undefined): string | undefined {
  return node?.kind === 'string' ? node.value : undefined;
}

interface MutableTable {
  kind: 'table';
  entries: Map<string, TomlEntry>;
}

function emptyTable(): MutableTable {
  return { kind: 'table', entries: new Map() };
}

/** Comments of a text that is no TOML: those on lines of their own. */
function commentsOf(text: string): TomlComment[] {
  return [...text.matchAll(/^[ \t]*(#[^\r\n]*)/gm)].map(match => {
    const end = match.index + match[0].length;
    const comment = match[1] ?? '';
    return { span: span(end - comment.length, end), text: comment.slice(1).trim() };
  });
}

function commentOf({ range, value }: AST.Comment): TomlComment {
  return { span: span(range[0], range[1]), text: value.trim() };
}

class TableReader {
  readonly root = emptyTable();
  /** The items of what `[[an.array]]` has made so far. */
  private readonly tables = new Map<TomlNode, TomlNode[]>();

  constructor(private readonly text: string) {}

  read(node: AST.TOMLKeyValue | AST.TOMLTable): void {
    if (node.type === 'TOMLKeyValue') {
      this.assign(this.root, node);
      return;
    }
    const table = node.kind === 'array' ? this.appended(node) : this.tableAt(this.root, node.key.keys);
    for (const pair of node.body) this.assign(table, pair);
  }

  /** The next table of `[[an.array]]`. */
  private appended({ key }: AST.TOMLTable): MutableTable {
    const last = key.keys.at(-1);
    const parent = this.tableAt(this.root, key.keys.slice(0, -1));
    const table = emptyTable();
    if (!last) return table;
    const name = nameOf(last);
    const known = parent.entries.get(name)?.value;
    const items = (known && this.tables.get(known)) ?? (known?.kind === 'array' ? [...known.items] : []);
    items.push(table);
    const where = spanOf(key);
    const value = { kind: 'array' as const, span: where, items };
    this.tables.set(value, items);
    parent.entries.set(name, { keySpan: spanOf(last), span: where, value });
    return table;
  }

  private tableAt(from: MutableTable, keys: readonly (AST.TOMLBare | AST.TOMLQuoted)[]): MutableTable {
    let table = from;
    for (const key of keys) {
      const known = table.entries.get(nameOf(key))?.value;
      const next = known?.kind === 'array' ? known.items.at(-1) : known;
      if (next?.kind === 'table') {
        table = next as MutableTable;
        continue;
      }
      const made = emptyTable();
      table.entries.set(nameOf(key), { keySpan: spanOf(key), span: spanOf(key), value: made });
      table = made;
    }
    return table;
  }

  private assign(table: MutableTable, pair: AST.TOMLKeyValue): void {
    const last = pair.key.keys.at(-1);
    if (!last) return;
    const parent = this.tableAt(table, pair.key.keys.slice(0, -1));
    const entry = { keySpan: spanOf(last), span: spanOf(pair), value: this.value(pair.value) };
    parent.entries.set(nameOf(last), entry);
  }

  private value(node: AST.TOMLContentNode): TomlNode {
    if (node.type === 'TOMLArray') {
      return { kind: 'array', span: spanOf(node), items: node.elements.map(it => this.value(it)) };
    }
    if (node.type === 'TOMLInlineTable') {
      const table = emptyTable();
      for (const pair of node.body) this.assign(table, pair);
      return table;
    }
    if (node.kind !== 'string') return { kind: 'other', value: node.value, span: spanOf(node) };
    const [start, end] = node.range;
    const isPlain = this.text.slice(start + 1, end - 1) === node.value;
    return {
      kind: 'string',
      value: node.value,
      span: spanOf(node),
      plainFrom: isPlain ? start + 1 : undefined,
    };
  }
}

function nameOf(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === 'TOMLBare' ? key.name : key.value;
}

function spanOf({ range }: { range: AST.Range }): Span {
  return span(range[0], range[1]);
}
