import { resolve } from 'node:path';
import { interpolate } from '../core/compose/interpolation';
import type { Compose, Service } from '../core/compose/model';
import { listItems, nodeAt } from '../core/compose/query';

/** A Compose service as the arguments of `docker run`: what it needs to run alone. */
export interface ServiceRun {
  readonly name: string;
  /** The image that it names; undefined where it builds one. */
  readonly image: string | undefined;
  readonly build: ServiceBuild | undefined;
  /** Working folder, mounts and environment. */
  readonly options: readonly string[];
  /** What stands behind the image's name; empty for the image's own command. */
  readonly command: readonly string[];
}

export interface ServiceBuild {
  /** Absolute. */
  readonly context: string;
  /** Absolute. */
  readonly dockerfile: string;
}

/** @param folder absolute: where the Compose file stands */
export function serviceRun(compose: Compose, folder: string, name: string): ServiceRun {
  const service = compose.services.find(candidate => candidate.name.text === name);
  if (!service) throw new Error(`${compose.path} has no service ${name}`);
  const workingDir = service.workingDir?.text;
  return {
    name,
    image: service.image && interpolate(service.image.text),
    build: buildOf(service, folder),
    options: [
      ...(workingDir ? ['--workdir', workingDir] : []),
      ...service.volumes.flatMap(({ type, source, target, readOnly }) =>
        source === undefined || type === 'other'
          ? []
          : [
              '--volume',
              `${type === 'bind' ? resolve(folder, source) : source}:${target}${readOnly ? ':ro' : ''}`,
            ],
      ),
      ...environmentOf(service).flatMap(variable => ['--env', variable]),
    ],
    command: commandOf(service),
  };
}

function buildOf({ build }: Service, folder: string): ServiceBuild | undefined {
  if (!build) return undefined;
  const context = resolve(folder, interpolate(build.context) ?? build.context);
  return { context, dockerfile: resolve(context, build.dockerfile ?? 'Dockerfile') };
}

function environmentOf({ node }: Service): string[] {
  const environment = nodeAt(node, 'environment');
  if (environment?.kind === 'mapping') {
    return environment.entries.map(
      ({ key, value }) => `${key.text}=${value?.kind === 'scalar' ? value.text : ''}`,
    );
  }
  return listItems(node, 'environment').flatMap(item => (item.kind === 'scalar' ? [item.text] : []));
}

/** Compose splits a command given as a string into words, without a shell. */
function commandOf({ command }: Service): string[] {
  if (!command) return [];
  const outer = command.script.commands.find(({ scope }) => scope === 'script');
  return outer ? [...outer.wrappers, ...outer.words].map(word => word.text) : [];
}
