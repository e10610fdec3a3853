import type { Compose, Entry, Service, VolumeMount } from '../../compose/model';
import { containerPorts } from '../../compose/ports';
import { entryAt, firstByName, listItems, mappingAt, scalarAt } from '../../compose/query';
import { decline, isDeclined, type Outcome } from '../../decline';
import { parseImageRef } from '../../dockerfile/image-ref';
import { type PythonBase, pythonBase } from '../../stages/python/base-image';
import { joinPath, pathBelow } from '../../stages/python/paths';
import { oncePer } from '../../text/once-per';
import { contains } from '../../text/span';
import { installsAtStartup, readStartupCommand, type StartupCommand } from './startup-command';

/** A service that runs a stock Python image and installs its packages when it starts. */
export interface StartupService {
  readonly compose: Compose;
  readonly service: Service;
  readonly base: PythonBase;
  readonly image: string;
  readonly command: StartupCommand;
  /** Absolute. */
  readonly folder: string;
  /** Bind mounts with a source below the Compose file's folder. */
  readonly mounts: readonly SourceMount[];
  /** Ports that the container listens on. */
  readonly ports: readonly number[];
}

export interface SourceMount {
  readonly mount: VolumeMount;
  /** Relative to the folder of the Compose file. */
  readonly source: string;
  /** Absolute. */
  readonly target: string;
}

export function startsWithInstall(service: Service): boolean {
  return (
    service.image !== undefined &&
    service.build === undefined &&
    service.command !== undefined &&
    installsAtStartup(service.command)
  );
}

export function readStartupService(compose: Compose, service: Service): Outcome<StartupService> {
  const { image, command, node } = service;
  if (!image || !command) return decline('service-without-image');
  const shared = sharedPart(compose, service);
  if (shared) return shared;
  const base = image.text.includes('$') ? undefined : pythonBase(parseImageRef(image.text));
  if (!base) return decline('unknown-service-image', { image: image.text.replace(/[${}]/g, '') }, image.span);
  if (entryAt(node, 'entrypoint'))
    return decline('service-own-entrypoint', {}, entryAt(node, 'entrypoint')?.span);
  const settings = settingsOfInstall(service);
  if (settings) return decline('environment-read-by-install', { variables: settings });
  const read = readStartupCommand(command);
  if (isDeclined(read)) return { ...read, at: command.entry.span };
  const folder = folderOfService(service, read);
  if (isDeclined(folder)) return folder;
  return {
    compose,
    service,
    base,
    image: image.text,
    command: read,
    folder,
    mounts: sourceMounts(service),
    ports: containerPorts(service),
  };
}

/** What others may share: an edit of it would change them too. */
function sharedPart(compose: Compose, service: Service) {
  const { node, entry } = service;
  if (!service.complete || entryAt(node, 'extends')) return decline('extends-service', {}, entry.span);
  if (entry.aliased || (node.anchor !== undefined && compose.text.includes(`*${node.anchor}`)))
    return decline('keys-shared', {}, entry.span);
  if (node.flow) return decline('service-in-braces', {}, entry.span);
  const extended = extendersByName(compose).get(service.name.text);
  if (extended) return decline('extended-by', { service: extended.name.text }, extended.entry.span);
  for (const key of ['image', 'command', 'volumes', 'working_dir']) {
    const part = entryAt(node, key);
    if (part && isShared(compose, part)) return decline('key-shared', { key }, entry.span);
  }
  const volumes = entryAt(node, 'volumes');
  const items = listItems(node, 'volumes');
  if (volumes && items.some(item => !contains(volumes.span, item.span)))
    return decline('volumes-shared', {}, volumes.span);
  return undefined;
}

/** Of the services that extend another one, the first for each. */
const extendersByName = oncePer((compose: Compose) => firstByName(compose.services, extendsFrom));

function extendsFrom(service: Service): string | undefined {
  return (
    scalarAt(service.node, 'extends')?.text ?? scalarAt(mappingAt(service.node, 'extends'), 'service')?.text
  );
}

function isShared(compose: Compose, { key, value, merged, aliased }: Entry): boolean {
  if (merged || aliased) return true;
  if (!value) return false;
  const anchor = /:\s*&([^\s,[\]{}]+)/.exec(compose.text.slice(key.span.end, value.span.end))?.[1];
  return anchor !== undefined && compose.text.includes(`*${anchor}`);
}

/** Variables of pip that say nothing about where packages come from. */
const WITHOUT_EFFECT =
  /^PIP_(NO_CACHE_DIR|DISABLE_PIP_VERSION_CHECK|ROOT_USER_ACTION|DEFAULT_TIMEOUT|NO_INPUT|QUIET|PROGRESS_BAR)$/;

function settingsOfInstall({ node }: Service): string | undefined {
  const list = listItems(node, 'environment').flatMap(item =>
    item.kind === 'scalar' ? [item.text.replace(/=.*$/s, '')] : [],
  );
  const keys = mappingAt(node, 'environment')?.entries.map(entry => entry.key.text) ?? [];
  return [...list, ...keys].find(
    name => (name.startsWith('PIP_') && !WITHOUT_EFFECT.test(name)) || /^(https?|all)_proxy$/i.test(name),
  );
}

function folderOfService({ workingDir }: Service, { folder }: StartupCommand): Outcome<string> {
  const own = workingDir?.text ?? '/';
  if (own.includes('$') || !own.startsWith('/')) return decline('variable-working-dir', {}, workingDir?.span);
  return joinPath(joinPath('/', own), folder ?? '.');
}

function sourceMounts({ volumes }: Service): SourceMount[] {
  return volumes.flatMap(mount => {
    const { source, target, type } = mount;
    if (type !== 'bind' || !source || /[$~\s]/.test(source + target) || !target.startsWith('/')) return [];
    const path = joinPath('.', source);
    if (source.startsWith('/') || /^[A-Za-z]:/.test(source) || path.startsWith('..')) return [];
    return [{ mount, source: path, target: joinPath('/', target) }];
  });
}

/** The mount that brings a file or folder of the container, the innermost where several do. */
export function mountOf(mounts: readonly SourceMount[], inContainer: string): SourceMount | undefined {
  return mounts
    .filter(({ target }) => pathBelow(target, inContainer) !== undefined)
    .sort((a, b) => b.target.length - a.target.length)[0];
}
