import { basename, dirname, resolve } from 'node:path';
import { parseImageRef } from '../core/dockerfile/image-ref';
import type { BuildTarget } from '../core/project/workspace';
import type { EngineImage } from './engine';

/** What a Compose service, or a Dockerfile alone, says about the image that it builds. */
export interface BuiltService {
  /** Path of the Dockerfile. */
  readonly dockerfile: string;
  /** The stage that is built, the last one where nothing is said. */
  readonly target: string | undefined;
  readonly args: BuildTarget['args'];
  /** Undefined for a Dockerfile that no service builds. */
  readonly service: string | undefined;
  /** The name of the Compose project: `name:`, else the folder of the Compose file. */
  readonly project: string | undefined;
  /** The service's `image:`, variables filled in. */
  readonly image: string | undefined;
  /** Absolute folder of the Compose file, as Compose labels images with it. */
  readonly workingDir: string | undefined;
  /** The name of the folder of the build context. */
  readonly folder: string;
}

/**
 * Who builds images in a folder: the Compose services, and the Dockerfiles that none of them builds.
 *
 * @param root absolute path of the folder that paths are relative to
 */
export function builtServices(
  root: string,
  dockerfiles: readonly string[],
  targets: readonly BuildTarget[],
): BuiltService[] {
  const built = new Set(targets.map(target => target.dockerfile));
  const alone = dockerfiles.filter(path => !built.has(path));
  return [...targets.map(target => ofTarget(root, target)), ...alone.map(path => ofDockerfile(root, path))];
}

function ofTarget(root: string, target: BuildTarget): BuiltService {
  const { dockerfile, service, project, image } = target;
  return {
    dockerfile,
    target: target.target,
    args: target.args,
    service,
    project,
    image,
    workingDir: dirname(resolve(root, target.composePath)),
    folder: basename(resolve(root, target.context)),
  };
}

function ofDockerfile(root: string, dockerfile: string): BuiltService {
  return {
    dockerfile,
    target: undefined,
    args: new Map(),
    service: undefined,
    project: undefined,
    image: undefined,
    workingDir: undefined,
    folder: basename(dirname(resolve(root, dockerfile))),
  };
}

type Named = Pick<EngineImage, 'tags' | 'labels'>;

/**
 * The service, or the Dockerfile alone, that builds an image; undefined where none does. What a person or Compose
 * has said goes before what names only suggest.
 */
export function builderOf<Service extends BuiltService>(
  image: Named,
  services: readonly Service[],
): Service | undefined {
  return (
    services.find(service => isLabelled(image, service)) ??
    services.find(service => isNamed(image, service.image)) ??
    services.find(service => isDefaultName(image, service)) ??
    services.find(service => isFolderName(image, service))
  );
}

function isLabelled({ labels }: Named, { service, project, workingDir }: BuiltService): boolean {
  if (service === undefined || labels['com.docker.compose.service'] !== service) return false;
  const folder = labels['com.docker.compose.project.working_dir'];
  if (folder !== undefined && workingDir !== undefined) return folder === workingDir;
  return project !== undefined && labels['com.docker.compose.project'] === project;
}

function isNamed({ tags }: Named, image: string | undefined): boolean {
  if (!image) return false;
  const wanted = withTag(image);
  return tags.some(tag => shortName(tag) === shortName(wanted));
}

/** Compose calls an image `project-service`, older versions `project_service`. */
function isDefaultName(image: Named, { service, project }: BuiltService): boolean {
  if (service === undefined || project === undefined) return false;
  const name = projectName(project);
  return [`${name}-${service}`, `${name}_${service}`].some(wanted => hasRepository(image, wanted));
}

function isFolderName(image: Named, { folder }: BuiltService): boolean {
  return folder !== '' && hasRepository(image, folder.toLowerCase());
}

function hasRepository({ tags }: Named, repository: string): boolean {
  return tags.some(tag => parseImageRef(shortName(tag)).name === repository);
}

/** Source: https://docs.docker.com/compose/how-tos/project-name/ */
function projectName(project: string): string {
  return project
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}

function withTag(name: string): string {
  const { tag, digest } = parseImageRef(name);
  return tag === undefined && digest === undefined ? `${name}:latest` : name;
}

/** Podman writes the registry in front of every name, `localhost` for its own. */
function shortName(name: string): string {
  return name.replace(/^(docker\.io\/(library\/)?|localhost\/)/, '');
}
