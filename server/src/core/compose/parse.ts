// The only importer of yaml.
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
  type Node as YamlNode,
  type Scalar as YamlScalar,
} from 'yaml';
import { LastParsed } from '../last-parsed';
import { deepFreeze } from '../text/freeze';
import { limitProblem, type Problem, syntaxProblem, visibleSpan } from '../text/problem';
import { type Span, span } from '../text/span';
import { align } from './align';
import type {
  Compose,
  Entry,
  List,
  Mapping,
  Node,
  Scalar,
  ScalarStyle,
  YamlAlias,
  YamlComment,
} from './model';
import { readServices } from './services';

/**
 * Reads a Compose file. Never fails: what YAML cannot make sense of becomes a problem, and what can be read
 * around it is there.
 *
 * @param path POSIX path of the file, as findings and facts name it
 */
export function parseCompose(path: string, text: string): Compose {
  const before = lastParsed.of(path);
  return before?.text === text ? before : lastParsed.set(path, readCompose(path, text));
}

const lastParsed = new LastParsed<Compose>();

function readCompose(path: string, text: string): Compose {
  const { comments, flowDepth } = readLexemes(text);
  const { root, aliases, problems } = flowDepth > MAX_FLOW_DEPTH ? tooDeep(text) : readRoot(text);
  return deepFreeze({
    language: 'compose',
    path,
    text,
    root,
    services: root ? readServices(root) : [],
    comments,
    aliases,
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

interface Root {
  readonly root: Mapping | undefined;
  readonly aliases: readonly YamlAlias[];
  readonly problems: readonly Problem[];
}

function readRoot(text: string): Root {
  try {
    return readDocument(text);
  } catch (error) {
    // The library and the reader descend by recursion: nesting without end exhausts the stack.
    if (!(error instanceof RangeError)) throw error;
    return tooDeep(text);
  }
}

/** Brackets nested deeper than this are a slip of the keyboard or an attack, and cost the library seconds. */
const MAX_FLOW_DEPTH = 100;

function tooDeep(text: string): Root {
  const problem = limitProblem(span(0, text.length), 'the file is nested too deeply to be read');
  return { root: undefined, aliases: [], problems: [problem] };
}

function readDocument(text: string): Root {
  const document = parseDocument(text, {
    keepSourceTokens: true,
    uniqueKeys: false,
    strict: false,
    logLevel: 'silent',
    prettyErrors: false,
  });
  const problems: Problem[] = document.errors.map(error =>
    syntaxProblem(visibleSpan(text, span(error.pos[0], error.pos[1])), error.message),
  );
  const targets = aliasTargets(document);
  const reader = new NodeReader(text, targets);
  const top = document.contents ? reader.read(document.contents) : undefined;
  const root = top?.kind === 'mapping' ? top : undefined;
  problems.push(...reader.problems);
  if (top && !root)
    problems.push(syntaxProblem(top.span, 'a Compose file is a mapping with the key services'));
  const aliases = [...targets].map(([alias, target]) => ({
    span: rangeOf(alias),
    target: rangeOf(target).start,
  }));
  return { root, aliases, problems };
}

/** What each alias stands for: the last node before it with its anchor. */
function aliasTargets(document: Document.Parsed | Document): ReadonlyMap<Alias, YamlNode> {
  const anchors = new Map<string, YamlNode>();
  const targets = new Map<Alias, YamlNode>();
  visit(document as Document, {
    Node(_key, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target) targets.set(node, target);
      } else if (node.anchor) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function rangeOf(node: YamlNode): Span {
  const [start, end] = node.range ?? [0, 0];
  return span(start, Math.max(start, end));
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  QUOTE_SINGLE: 'single-quoted',
  QUOTE_DOUBLE: 'double-quoted',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

/** Turns the library's tree into ours. An alias gives the node of its anchor, once, however often it is used. */
class NodeReader {
  readonly problems: Problem[] = [];
  private readonly known = new Map<YamlNode, Node | undefined>();

  constructor(
    private readonly text: string,
    private readonly targets: ReadonlyMap<Alias, YamlNode>,
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
      const target = this.targets.get(node);
      const read = target && this.read(target);
      if (!read)
        this.problems.push(syntaxProblem(rangeOf(node), `the alias ${node.source} leads to no value`));
      return read;
    }
    if (isMap(node)) return this.mapping(node);
    if (isSeq(node)) return this.list(node);
    return isScalar(node) ? this.scalar(node) : undefined;
  }

  private scalar(node: YamlScalar): Scalar {
    const at = rangeOf(node);
    const value = node.value;
    const typed =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    const text = typeof value === 'string' ? value : (node.source ?? '');
    const style = STYLES[node.type ?? ''] ?? 'plain';
    return { kind: 'scalar', span: at, value: typed, text, excerpt: align(text, this.text, at), style };
  }

  private list(node: YAMLSeq): List {
    const items = node.items.map(item => this.read(item)).filter(item => item !== undefined);
    const { start, end } = rangeOf(node);
    const ends = (node.items as YamlNode[]).map(item => this.endOf(item));
    const lastEnd = node.flow ? end : Math.max(start + 1, ...ends.slice(-2));
    return { kind: 'list', span: span(start, lastEnd), items, flow: node.flow === true };
  }

  private mapping(node: YAMLMap): Mapping {
    const own: Entry[] = [];
    const merged: Entry[] = [];
    const merges: Span[] = [];
    for (const pair of node.items as Pair<YamlNode, YamlNode | null>[]) {
      if (!isScalar(pair.key)) continue;
      if (pair.key.value === '<<') {
        merged.push(...this.mergedEntries(pair.value));
        merges.push(this.pairSpan(pair.key, pair.value));
      } else own.push(this.entry(pair.key, pair.value));
    }
    const names = new Set(own.map(entry => entry.key.text));
    const inherited = merged.filter(entry => !names.has(entry.key.text) && names.add(entry.key.text));
    return {
      kind: 'mapping',
      span: this.mappingSpan(node),
      entries: [...own, ...inherited],
      merges,
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

  private entry(keyNode: YamlScalar, valueNode: YamlNode | null): Entry {
    return {
      span: this.pairSpan(keyNode, valueNode),
      key: { span: rangeOf(keyNode), text: String(keyNode.value ?? ''), literal: true },
      value: valueNode ? this.read(valueNode) : undefined,
      merged: false,
      aliased: isAlias(valueNode),
      tag: valueNode && !isAlias(valueNode) ? valueNode.tag : undefined,
    };
  }

  /** From the key to the value's end, or to the colon where no value stands. */
  private pairSpan(key: YamlNode, value: YamlNode | null): Span {
    const at = rangeOf(key);
    const colon = /^[ \t]*:/.exec(this.text.slice(at.end, at.end + 100))?.[0] ?? '';
    return span(at.start, Math.max(at.end + colon.length, value ? this.endOf(value) : 0));
  }

  private mappingSpan(node: YAMLMap): Span {
    const { start, end } = rangeOf(node);
    const last = node.items.at(-1) as Pair<YamlNode, YamlNode | null> | undefined;
    if (node.flow || !last) return span(start, end);
    return span(start, last.key ? this.pairSpan(last.key, last.value).end : end);
  }

  /** A block's own range runs on over comments to the next token; what is written in it ends with its last value. */
  private endOf(node: YamlNode): number {
    if (isScalar(node) && node.type === 'PLAIN' && node.source === '') return 0;
    const known = this.read(node);
    if (!isAlias(node) && known && known.kind !== 'scalar') return known.span.end;
    const { start, end } = rangeOf(node);
    // `|+` keeps the empty lines behind it: they are part of the value.
    if (/^[|>]\d?\+/.test(this.text.slice(start, start + 3))) return end;
    return start + this.text.slice(start, end).trimEnd().length;
  }
}

/** The lexer marks documents, flow scalars and errors with characters that are not in the text. */
const LEXER_MARKS = new Set(['\u0002', '\u0018', '\u001f']);

interface Lexemes {
  readonly comments: readonly YamlComment[];
  /** How deep brackets and braces are nested at most. */
  readonly flowDepth: number;
}

/** What the YAML lexer knows better than anyone: a `#` inside a string from a comment. */
function readLexemes(text: string): Lexemes {
  const comments: YamlComment[] = [];
  let at = 0;
  let depth = 0;
  let flowDepth = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (LEXER_MARKS.has(lexeme)) continue;
    if (lexeme.startsWith('#')) {
      comments.push({ span: span(at, at + lexeme.length), text: lexeme.slice(1).trim() });
    } else if (lexeme === '[' || lexeme === '{') flowDepth = Math.max(flowDepth, ++depth);
    else if (lexeme === ']' || lexeme === '}') depth--;
    at += lexeme.length;
  }
  return { comments, flowDepth };
}
