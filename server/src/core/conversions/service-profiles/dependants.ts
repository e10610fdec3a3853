import type { Compose, Mapping, Node, Service } from '../../compose/model';
import { mappingAt, nodeAt, scalarAt, scalarsAt } from '../../compose/query';
import type { WorkspaceFacts } from '../../project/workspace';

/** What needs a service, as far as the files tell. */
export interface Dependant {
  /** A service, or the path of a file that holds the service's address. */
  readonly name: string;
  readonly how: 'depends on it' | 'shares its network' | 'extends it' | 'names it';
}

/**
 * The first thing that needs a service to run: another service's `depends_on`, `links`, `network_mode` or `extends`, an
 * address in what another one is told, or in a file beside.
 */
export function dependantOf(
  file: Compose,
  service: Service,
  workspace: WorkspaceFacts,
): Dependant | undefined {
  const hosts = hostsOf(service);
  for (const other of file.services) {
    if (other.name.text === service.name.text) continue;
    const how = needs(other, service.name.text, hosts);
    if (how) return { name: other.name.text, how };
  }
  const outside = [...workspace.texts].find(([path, text]) => path !== file.path && hasAddress(text, hosts));
  return outside && { name: outside[0], how: 'names it' };
}

/** The names that other containers reach it by. */
function hostsOf({ name, node }: Service): string[] {
  const networks = (mappingAt(node, 'networks')?.entries ?? []).map(it => it.value);
  const aliases = networks.flatMap(it => (it?.kind === 'mapping' ? scalarsAt(it, 'aliases') : []));
  const own = [scalarAt(node, 'container_name'), scalarAt(node, 'hostname'), ...aliases];
  return [name.text, ...own.flatMap(it => it?.text ?? [])].filter(it => it !== '');
}

function needs({ node }: Service, name: string, hosts: readonly string[]): Dependant['how'] | undefined {
  const depended = (mappingAt(node, 'depends_on')?.entries ?? []).map(it => it.key.text);
  const linked = ['depends_on', 'links', 'volumes_from']
    .flatMap(key => scalarsAt(node, key))
    .map(it => it.text.split(':')[0]);
  if ([...depended, ...linked].includes(name)) return 'depends on it';
  const shared = ['network_mode', 'ipc', 'pid'].map(key => scalarAt(node, key)?.text);
  if (shared.includes(`service:${name}`)) return 'shares its network';
  const extended = scalarAt(node, 'extends') ?? scalarAt(node, 'extends', 'service');
  if (extended?.text === name) return 'extends it';
  return told(node).some(text => hosts.some(host => namesHost(text, host))) ? 'names it' : undefined;
}

/** The texts that reach the container's program. */
function told(node: Mapping): string[] {
  const places = ['environment', 'command', 'entrypoint', 'healthcheck', 'configs', 'extra_hosts'];
  const nodes = [...places.map(key => nodeAt(node, key)), nodeAt(node, 'build', 'args')];
  return nodes.flatMap(it => (it ? texts(it) : []));
}

function texts(node: Node): string[] {
  if (node.kind === 'scalar') return [node.text];
  if (node.kind === 'list') return node.items.flatMap(texts);
  return node.entries.flatMap(({ value }) => (value ? texts(value) : []));
}

/** The name by itself: a part of a longer one is another host. */
function namesHost(text: string, host: string): boolean {
  return partsOf(text).includes(host);
}

function partsOf(text: string): string[] {
  return text.split(/[^\w.-]+/);
}

/** Behind `//`, `@` or the `=` of a settings file, or before a port. */
function hasAddress(text: string, hosts: readonly string[]): boolean {
  return hosts.some(host => {
    for (let at = text.indexOf(host); at >= 0; at = text.indexOf(host, at + 1)) {
      const before = text.slice(Math.max(0, at - 2), at);
      const behind = text.slice(at + host.length, at + host.length + 6);
      const isWhole = !/[\w.-]$/.test(before) && !/^[\w.-]/.test(behind);
      if (isWhole && (/(\/\/|@|=["']?)$/.test(before) || /^:\d{2,5}/.test(behind))) return true;
    }
    return false;
  });
}
