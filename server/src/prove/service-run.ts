import { resolve } from 'node:path';
import { interpolate } from '../core/compose/interpolation';
import type { Service } from '../core/compose/model';
import { listItems, nodeAt, scalarAt, scalarsAt } from '../core/compose/query';

/** A container as the arguments of `docker run`: what a Compose service needs to run alone. */
export interface ServiceRun {
  /** The image that it names; undefined where it only builds one. */
  readonly image: string | undefined;
  readonly build: ImageBuild | undefined;
  /** Working folder, mounts, environment, health check. */
  readonly options: readonly string[];
  /** The text after the image's name; empty for the image's own command. */
  readonly command: readonly string[];
  /** Ports of the container that the service publishes. */
  readonly ports: readonly number[];
}

export interface ImageBuild {
  /** Absolute. */
  readonly context: string;
  /** Absolute. */
  readonly dockerfile: string;
  /** The stage that is built; the last one where there is none. */
  readonly target: string | undefined;
  /** `NAME=value` */
  readonly args: readonly string[];
}

/** Values that Compose fills in, by the names of their variables. */
export type Variables = ReadonlyMap<string, string>;

/**
 * @param folder absolute: where the Compose file stands
 * @param neighbours the other services of the file: their names lead somewhere, as with Compose, but nothing answers
 */
export function serviceRun(
  service: Service,
  folder: string,
  variables: Variables,
  neighbours: readonly Service[],
): ServiceRun {
  const filled = (text: string) => interpolate(text, variables);
  const command = commandOf(service.command);
  const [entrypoint, ...entrypointArguments] = commandOf(service.entrypoint);
  return {
    image: service.image && filled(service.image.text),
    build: buildOf(service, folder, variables),
    options: [
      ...(service.workingDir ? ['--workdir', service.workingDir.text] : []),
      ...service.volumes.flatMap(mount => volumeOf(mount, folder, variables)),
      ...environmentOf(service, variables).flatMap(variable => ['--env', variable]),
      ...(entrypoint === undefined ? [] : ['--entrypoint', entrypoint]),
      ...healthOf(service),
      ...namesOf(neighbours, variables).flatMap(name => ['--add-host', `${name}:127.0.0.1`]),
    ],
    command: [...entrypointArguments, ...command],
    ports: scalarsAt(service.node, 'ports').flatMap(({ text }) => containerPort(filled(text) ?? '')),
  };
}

/** What other containers call a service: its own name, and that of its container. */
function namesOf(services: readonly Service[], variables: Variables): string[] {
  const names = services.flatMap(({ name, node }) => {
    const container = scalarAt(node, 'container_name')?.text;
    return [name.text, ...(container === undefined ? [] : [interpolate(container, variables) ?? container])];
  });
  return [...new Set(names)].filter(name => /^[\w.-]+$/.test(name));
}

function buildOf({ build }: Service, folder: string, variables: Variables): ImageBuild | undefined {
  if (!build || build.inline) return undefined;
  const context = resolve(folder, interpolate(build.context, variables) ?? build.context);
  return {
    context,
    dockerfile: resolve(context, build.dockerfile ?? 'Dockerfile'),
    target: build.target,
    args: build.args.flatMap(({ name, value }) =>
      value === undefined ? [] : [`${name}=${interpolate(value, variables) ?? ''}`],
    ),
  };
}

/** Named volumes become nameless ones, which go with the container: no proof writes into what is there. */
function volumeOf(
  { type, source, target, readOnly }: Service['volumes'][number],
  folder: string,
  variables: Variables,
): string[] {
  if (type === 'volume') return ['--volume', target];
  if (type !== 'bind' || source === undefined) return [];
  const path = resolve(folder, interpolate(source, variables) ?? source);
  return ['--volume', `${path}:${target}${readOnly ? ':ro' : ''}`];
}

function environmentOf({ node }: Service, variables: Variables): string[] {
  const environment = nodeAt(node, 'environment');
  if (environment?.kind !== 'mapping')
    return listItems(node, 'environment').flatMap(item =>
      item.kind === 'scalar' ? [interpolate(item.text, variables) ?? item.text] : [],
    );
  return environment.entries.map(({ key, value }) => {
    const text = value?.kind === 'scalar' ? value.text : '';
    return `${key.text}=${interpolate(text, variables) ?? ''}`;
  });
}

/** Compose splits a command given as a string into words, without a shell. */
function commandOf(command: Service['command']): string[] {
  const outer = command?.script.commands.find(({ scope }) => scope === 'script');
  return outer ? [...outer.wrappers, ...outer.words].map(word => word.text) : [];
}

/** A check given as a list of words loses nothing as a line of the shell when each word is quoted. */
function healthOf({ node }: Service): string[] {
  const test = nodeAt(node, 'healthcheck', 'test');
  if (test?.kind === 'scalar') return ['--health-cmd', test.text];
  const [kind, ...words] = scalarsAt(node, 'healthcheck', 'test').map(({ text }) => text);
  if (kind === 'CMD-SHELL') return ['--health-cmd', words.join(' ')];
  if (kind !== 'CMD')
    return scalarAt(node, 'healthcheck', 'disable')?.value === true ? ['--no-healthcheck'] : [];
  return ['--health-cmd', words.map(word => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ')];
}

/** `8000`, `8080:80`, `127.0.0.1:8080:80/tcp` */
function containerPort(written: string): number[] {
  const port = /^(?:.*:)?(\d+)(?:\/tcp)?$/.exec(written)?.[1];
  return port === undefined ? [] : [Number(port)];
}
