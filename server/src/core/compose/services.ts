import { execScript } from '../shell/exec';
import { parseScript } from '../shell/parse';
import type { Build, Entry, Mapping, Node, Service, ServiceCommand, VolumeMount } from './model';
import { entryAt, listItems, mappingAt, scalarAt } from './query';

/** The services of a file, with what they take over by `extends` from a service of the same file. */
export function readServices(root: Mapping): Service[] {
  const services = mappingAt(root, 'services');
  return (services?.entries ?? []).flatMap(entry => {
    if (entry.value?.kind !== 'mapping' || !services) return [];
    return [readService(entry, entry.value, services)];
  });
}

function readService(entry: Entry, own: Mapping, services: Mapping): Service {
  const { node, complete } = withExtended(own, services, new Set([entry.key.text]));
  return {
    name: entry.key,
    entry,
    node,
    image: scalarAt(node, 'image'),
    build: readBuild(entryAt(node, 'build')),
    command: readCommand(entryAt(node, 'command')),
    entrypoint: readCommand(entryAt(node, 'entrypoint')),
    workingDir: scalarAt(node, 'working_dir'),
    volumes: listItems(node, 'volumes').flatMap(readVolume),
    complete,
  };
}

function withExtended(
  own: Mapping,
  services: Mapping,
  seen: Set<string>,
): { node: Mapping; complete: boolean } {
  const extended = entryAt(own, 'extends')?.value;
  if (!extended) return { node: own, complete: true };
  const name = extended.kind === 'scalar' ? extended.text : (scalarAt(own, 'extends', 'service')?.text ?? '');
  const elsewhere = extended.kind === 'mapping' && scalarAt(own, 'extends', 'file') !== undefined;
  const parent = elsewhere ? undefined : mappingAt(services, name);
  if (!parent || seen.has(name)) return { node: own, complete: false };
  const base = withExtended(parent, services, new Set([...seen, name]));
  const names = new Set(own.entries.map(it => it.key.text));
  const inherited = base.node.entries
    .filter(it => !names.has(it.key.text) && it.key.text !== 'extends')
    .map(it => ({ ...it, merged: true }));
  return { node: { ...own, entries: [...own.entries, ...inherited] }, complete: base.complete };
}

function readBuild(entry: Entry | undefined): Build | undefined {
  const value = entry?.value;
  if (!entry || !value || value.kind === 'list') return undefined;
  if (value.kind === 'scalar') {
    return { entry, context: value.text, dockerfile: undefined, inline: false, target: undefined };
  }
  return {
    entry,
    context: scalarAt(value, 'context')?.text ?? '.',
    dockerfile: scalarAt(value, 'dockerfile')?.text,
    inline: entryAt(value, 'dockerfile_inline') !== undefined,
    target: scalarAt(value, 'target')?.text,
  };
}

function readCommand(entry: Entry | undefined): ServiceCommand | undefined {
  const value = entry?.value;
  if (!entry || !value) return undefined;
  if (value.kind === 'scalar') return { entry, script: parseScript(value.excerpt) };
  if (value.kind === 'list')
    return {
      entry,
      script: execScript(
        value.items.filter(item => item.kind === 'scalar'),
        value.span,
      ),
    };
  return undefined;
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

/** `SOURCE:TARGET:MODE`; a drive letter (`C:\data`) and `${A:-b}` hold colons that part nothing. */
function shortVolume(text: string, node: Node): VolumeMount {
  const parts = text.match(/(?:\$\{[^}]*\}|^[A-Za-z]:[\\/]|[^:])+/g) ?? [text];
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
