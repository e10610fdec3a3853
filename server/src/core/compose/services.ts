import { MOST_INHERITED_ENTRIES } from '../limits';
import { type ExecWord, execScript } from '../shell/exec';
import { parseScript, scriptArgument } from '../shell/parse';
import { type Excerpt, ExcerptBuilder, sourceOffset, sourceSpan } from '../text/excerpt';
import { span } from '../text/span';
import type {
  Build,
  BuildArg,
  Entry,
  Mapping,
  Node,
  Scalar,
  Service,
  ServiceCommand,
  VolumeMount,
} from './model';
import { entryAt, listItems, mappingAt, nodeAt, scalarAt, scalarsAt } from './query';
import { splitWords } from './words';

/** The services of a file, with what they take over by `extends` from a service of the same file. A step for each. */
export function* serviceSteps(root: Mapping): Generator<void, Service[]> {
  const services = mappingAt(root, 'services');
  if (!services) return [];
  const extended = new ExtendedServices(services);
  const read: Service[] = [];
  for (const entry of services.entries) {
    yield;
    if (entry.value?.kind !== 'mapping') continue;
    read.push(readService(entry, extended.read(entry.key.text, entry.value)));
  }
  return read;
}

function readService(entry: Entry, { node, complete }: Extended): Service {
  const entrypoint = entryAt(node, 'entrypoint');
  return {
    name: entry.key,
    entry,
    node,
    image: scalarAt(node, 'image'),
    build: readBuild(entryAt(node, 'build')),
    command: readCommand(entryAt(node, 'command'), shellWords(entrypoint?.value)),
    entrypoint: readCommand(entrypoint, []),
    workingDir: scalarAt(node, 'working_dir'),
    volumes: listItems(node, 'volumes').flatMap(readVolume),
    profiles: scalarsAt(node, 'profiles').map(it => it.text),
    complete,
  };
}

interface Extended {
  readonly node: Mapping;
  readonly complete: boolean;
}

/** More than anybody writes; a longer chain of `extends` is taken for one that cannot be seen to its end. */
const MAX_EXTENDS = 50;

/** Follows `extends` inside one file. */
class ExtendedServices {
  private readonly known = new Map<string, Extended>();
  private inherited = 0;

  constructor(private readonly services: Mapping) {}

  read(name: string, own: Mapping, depth = 0): Extended {
    const known = this.known.get(name);
    if (known) return known;
    // Reserved, so that services that extend each other end here.
    this.known.set(name, { node: own, complete: false });
    const extended = this.extend(own, depth);
    this.known.set(name, extended);
    return extended;
  }

  private extend(own: Mapping, depth: number): Extended {
    const extended = nodeAt(own, 'extends');
    if (!extended) return { node: own, complete: true };
    const elsewhere = extended.kind === 'mapping' && entryAt(extended, 'file') !== undefined;
    const named = extended.kind === 'mapping' ? scalarAt(extended, 'service') : extended;
    const name = named?.kind === 'scalar' ? named.text : '';
    const parent = elsewhere || depth >= MAX_EXTENDS ? undefined : mappingAt(this.services, name);
    if (!parent) return { node: own, complete: false };
    const base = this.read(name, parent, depth + 1);
    this.inherited += base.node.entries.length;
    if (this.inherited > MOST_INHERITED_ENTRIES) return { node: own, complete: false };
    const names = new Set(own.entries.map(it => it.key.text));
    const inherited = base.node.entries
      .filter(it => !names.has(it.key.text) && it.key.text !== 'extends')
      .map(it => ({ ...it, merged: true }));
    return { node: { ...own, entries: [...own.entries, ...inherited] }, complete: base.complete };
  }
}

function readBuild(entry: Entry | undefined): Build | undefined {
  const value = entry?.value;
  if (!entry || !value || value.kind === 'list') return undefined;
  if (value.kind === 'scalar') {
    if (value.value === null) return undefined;
    return { entry, context: value.text, dockerfile: undefined, inline: false, target: undefined, args: [] };
  }
  return {
    entry,
    context: scalarAt(value, 'context')?.text ?? '.',
    dockerfile: scalarAt(value, 'dockerfile')?.text,
    inline: entryAt(value, 'dockerfile_inline') !== undefined,
    target: scalarAt(value, 'target')?.text,
    args: readArgs(nodeAt(value, 'args')),
  };
}

/** `NAME: value` and `- NAME=value`. */
function readArgs(node: Node | undefined): BuildArg[] {
  if (node?.kind === 'mapping') {
    return node.entries.map(({ span: at, key, value }) => {
      const given = value?.kind === 'scalar' && value.value !== null;
      return { span: at, name: key.text, value: given ? value.text : undefined };
    });
  }
  const items = node?.kind === 'list' ? node.items : [];
  return items
    .filter(item => item.kind === 'scalar')
    .map(({ span: at, text }) => {
      const equals = text.indexOf('=');
      if (equals === -1) return { span: at, name: text, value: undefined };
      return { span: at, name: text.slice(0, equals), value: text.slice(equals + 1) };
    });
}

/** @param shell the words of an entrypoint that takes the command as its script, none where it does not */
function readCommand(entry: Entry | undefined, shell: readonly ExecWord[]): ServiceCommand | undefined {
  const value = entry?.value;
  if (!entry || !value || value.kind === 'mapping') return undefined;
  if (value.kind === 'list') {
    const words = value.items.filter(item => item.kind === 'scalar').map(execWord);
    return { entry, script: execScript([...shell, ...words], value.span) };
  }
  const excerpt = asShellReads(value.excerpt);
  const words = [...shell, ...splitWords(excerpt)];
  const at = sourceSpan(excerpt, span(0, excerpt.text.trimEnd().length));
  // Without a shell `a && b` runs only `a`; what the author means by it is what rules ask for.
  return { entry, script: isShellCall(words) ? execScript(words, at) : parseScript(excerpt) };
}

function isShellCall(words: readonly ExecWord[]): boolean {
  return (
    scriptArgument(words.map(it => ({ span: it.span, text: it.excerpt.text, literal: true }))) !== undefined
  );
}

function execWord({ span: at, excerpt }: Scalar): ExecWord {
  return { span: at, excerpt: asShellReads(excerpt) };
}

/** The words of an entrypoint `sh -c`, whose script is the first word of the command. */
function shellWords(entrypoint: Node | undefined): ExecWord[] {
  const words = entrypoint ? entrypointWords(entrypoint) : [];
  const isShell = /(^|\/)(ba|da|a|z|k)?sh$/.test(words[0]?.excerpt.text ?? '');
  return isShell && /^-[a-z]*c$/.test(words.at(-1)?.excerpt.text ?? '') ? words : [];
}

function entrypointWords(entrypoint: Node): ExecWord[] {
  if (entrypoint.kind === 'scalar') return splitWords(entrypoint.excerpt);
  const items = entrypoint.kind === 'list' ? entrypoint.items : [];
  return items.filter(item => item.kind === 'scalar').map(execWord);
}

/** Compose hands the shell a `$` for each `$$`. */
function asShellReads(excerpt: Excerpt): Excerpt {
  if (!excerpt.text.includes('$$')) return excerpt;
  const builder = new ExcerptBuilder();
  for (let i = 0; i < excerpt.text.length; i++) {
    if (excerpt.text.startsWith('$$', i)) i++;
    builder.take(excerpt.text.charAt(i), sourceOffset(excerpt, i));
  }
  return builder.finish(sourceOffset(excerpt, excerpt.text.length));
}

function readVolume(node: Node): VolumeMount[] {
  if (node.kind === 'mapping') return [longVolume(node)];
  if (node.kind === 'scalar' && node.text !== '') return [shortVolume(node.text, node)];
  return [];
}

function longVolume(node: Mapping): VolumeMount {
  const type = scalarAt(node, 'type')?.text;
  return {
    span: node.span,
    type: type === 'bind' || type === 'volume' || type === 'tmpfs' ? type : 'other',
    source: scalarAt(node, 'source')?.text ?? scalarAt(node, 'src')?.text,
    target: scalarAt(node, 'target')?.text ?? scalarAt(node, 'dst')?.text ?? '',
    readOnly: scalarAt(node, 'read_only')?.value === true,
  };
}

/** The parts between colons that hold something; those of variables and of a drive letter part nothing. */
function partsAtColons(text: string): string[] {
  const parts: string[] = [];
  const lastBrace = text.lastIndexOf('}');
  let start = 0;
  let at = /^[A-Za-z]:[\\/]/.test(text) ? 2 : 0;
  while (at < text.length) {
    if (text[at] === ':') {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
    at = text.startsWith('${', at) && at < lastBrace ? text.indexOf('}', at) + 1 : at + 1;
  }
  return [...parts, text.slice(start)].filter(part => part !== '');
}

/** `SOURCE:TARGET:MODE`; a drive letter (`C:\data`) and `${A:-b}` hold colons that part nothing. */
function shortVolume(text: string, node: Node): VolumeMount {
  const colonless = partsAtColons(text);
  const parts = colonless.length > 0 ? colonless : [text];
  const source = parts.length > 1 ? parts[0] : undefined;
  const target = (parts.length > 1 ? parts[1] : parts[0]) ?? '';
  const mode = parts[2] ?? '';
  const bind = source !== undefined && /^([./~\\]|[A-Za-z]:|\$)/.test(source);
  return {
    span: node.span,
    type: bind ? 'bind' : 'volume',
    source,
    target,
    readOnly: mode.split(',').includes('ro'),
  };
}
