// The only importer of yaml.
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
  type Node as YamlNode,
  type Scalar as YamlScalar,
} from 'yaml';
import { deepFreeze } from '../text/freeze';
import { type Span, span } from '../text/span';
import type { Word } from '../text/word';
import { align } from './align';
import type { Compose, ComposeProblem, Entry, List, Mapping, Node, Scalar, YamlComment } from './model';
import { readServices } from './services';

/**
 * Reads a Compose file. Never fails: what YAML cannot make sense of becomes a problem, and what can be read
 * around it is there.
 *
 * @param path POSIX path of the file, as findings and facts name it
 */
export function parseCompose(path: string, text: string): Compose {
  const document = parseDocument(text, {
    keepSourceTokens: true,
    uniqueKeys: false,
    strict: false,
    logLevel: 'silent',
  });
  const reader = new NodeReader(text, document);
  const top = document.contents ? reader.read(document.contents) : undefined;
  const root = top?.kind === 'mapping' ? top : undefined;
  const problems = [
    ...document.errors.map(error => ({
      span: span(error.pos[0], error.pos[1]),
      message: firstLine(error.message),
    })),
    ...reader.problems,
  ];
  if (top && !root)
    problems.push({ span: top.span, message: 'a Compose file is a mapping with the key services' });
  return deepFreeze({
    language: 'compose',
    path,
    text,
    root,
    services: root ? readServices(root) : [],
    comments: readComments(text),
    problems,
  });
}

/** Aliases that a configuration file may use before it counts as an attack on the memory. */
const MOST_ALIASES = 100;

/**
 * Reads a small YAML file, such as a configuration, into plain values. Never fails.
 *
 * @returns the value, or what is wrong with the file: a sentence without a full stop
 */
export function parseYaml(text: string): { readonly value: unknown; readonly problem: string | undefined } {
  const document = parseDocument(text, { logLevel: 'silent' });
  const [error] = document.errors;
  if (error) return { value: undefined, problem: firstLine(error.message) };
  try {
    return { value: document.toJS({ maxAliasCount: MOST_ALIASES }), problem: undefined };
  } catch (thrown) {
    return {
      value: undefined,
      problem: thrown instanceof Error ? firstLine(thrown.message) : String(thrown),
    };
  }
}

function firstLine(message: string): string {
  return (message.split('\n', 1)[0] ?? message).replace(/ at line \d+, column \d+:?$/, '');
}

/** Turns the library's tree into ours. An alias gives the node of its anchor, once, however often it is used. */
class NodeReader {
  readonly problems: ComposeProblem[] = [];
  private readonly known = new Map<YamlNode, Node | undefined>();

  constructor(
    private readonly text: string,
    private readonly document: Document.Parsed | Document,
  ) {}

  read(node: unknown): Node | undefined {
    if (!isMap(node) && !isSeq(node) && !isScalar(node) && !isAlias(node)) return undefined;
    if (this.known.has(node)) return this.known.get(node);
    // Reserved before its parts are read, so that an alias to a node that it stands in ends here.
    this.known.set(node, undefined);
    const read = this.readNew(node);
    this.known.set(node, read);
    return read;
  }

  private readNew(node: YamlNode): Node | undefined {
    if (isAlias(node)) {
      const target = node.resolve(this.document as Document);
      const read = target && this.read(target);
      if (!read)
        this.problems.push({ span: this.span(node), message: `the alias ${node.source} leads to no value` });
      return read ?? undefined;
    }
    if (isMap(node)) return this.mapping(node);
    if (isSeq(node)) return this.list(node);
    return isScalar(node) ? this.scalar(node) : undefined;
  }

  private span(node: YamlNode): Span {
    const [start, end] = node.range ?? [0, 0];
    return span(start, Math.max(start, end));
  }

  private scalar(node: YamlScalar): Scalar {
    const at = this.span(node);
    const value = node.value;
    const typed =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    const text = typeof value === 'string' ? value : (node.source ?? '');
    return { kind: 'scalar', span: at, value: typed, text, excerpt: align(text, this.text, at) };
  }

  private list(node: YAMLSeq): List {
    const items = node.items.map(item => this.read(item)).filter(item => item !== undefined);
    return { kind: 'list', span: this.trimmed(this.span(node)), items, flow: node.flow === true };
  }

  private mapping(node: YAMLMap): Mapping {
    const own: Entry[] = [];
    const merged: Entry[] = [];
    for (const pair of node.items as Pair<YamlNode, YamlNode | null>[]) {
      if (isScalar(pair.key) && pair.key.value === '<<') merged.push(...this.mergedEntries(pair.value));
      else own.push(...this.entry(pair));
    }
    const names = new Set(own.map(entry => entry.key.text));
    const inherited = merged.filter(entry => !names.has(entry.key.text) && names.add(entry.key.text));
    return {
      kind: 'mapping',
      span: this.trimmed(this.span(node)),
      entries: [...own, ...inherited],
      flow: node.flow === true,
      anchor: node.anchor,
    };
  }

  private mergedEntries(value: YamlNode | null | undefined): Entry[] {
    const source = this.read(value);
    const mappings = source?.kind === 'list' ? source.items : [source];
    return mappings
      .filter(mapping => mapping?.kind === 'mapping')
      .flatMap(mapping => mapping.entries.map(entry => ({ ...entry, merged: true })));
  }

  private entry(pair: Pair<YamlNode, YamlNode | null>): Entry[] {
    if (!isScalar(pair.key)) return [];
    const keySpan = this.span(pair.key);
    const key: Word = { span: keySpan, text: String(pair.key.value ?? ''), literal: true };
    const value = pair.value ? this.read(pair.value) : undefined;
    const valueEnd = pair.value
      ? this.trimmed(this.span(pair.value)).end
      : this.text.indexOf(':', keySpan.end) + 1;
    return [
      {
        span: span(keySpan.start, Math.max(keySpan.end, valueEnd)),
        key,
        value,
        merged: false,
        aliased: isAlias(pair.value),
      },
    ];
  }

  /** A block collection's range runs to the next token; what belongs to it ends with its last character. */
  private trimmed(at: Span): Span {
    const inside = this.text.slice(at.start, at.end);
    return span(at.start, at.start + Math.max(inside.trimEnd().length, 0));
  }
}

/** The lexer marks documents, flow scalars and errors with characters that are not in the text. */
const LEXER_MARKS = new Set(['\u0002', '\u0018', '\u001f']);

/** The comments of the file, found by the YAML lexer, which knows a `#` inside a string from a comment. */
function readComments(text: string): YamlComment[] {
  const comments: YamlComment[] = [];
  let at = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (LEXER_MARKS.has(lexeme)) continue;
    if (lexeme.startsWith('#')) {
      comments.push({ span: span(at, at + lexeme.length), text: lexeme.slice(1).trim() });
    }
    at += lexeme.length;
  }
  return comments;
}
