import { basename, dirname, resolve } from 'node:path';
import type { BuildTarget } from '../core/facts/workspace';
import type { EngineImage } from '../docker/engine';
import { type BuiltService, builderOf } from '../docker/workspace-images';
import type { Root, Workspaces } from './workspaces';

/** A Dockerfile of the workspace, as the place where an image comes from. */
export interface BuiltBy {
  readonly root: Root;
  /** Path of the Dockerfile below the root. */
  readonly dockerfile: string;
  readonly target: string | undefined;
}

/** Which Dockerfile of the workspace builds which image. */
export class WorkspaceBuilds {
  private services: readonly (BuiltService & { readonly by: BuiltBy })[] = [];

  constructor(private readonly workspaces: Workspaces) {}

  /** Reads again what the workspace's files build. */
  async refresh(): Promise<void> {
    const all = await Promise.all(this.workspaces.ofFolders().map(servicesOf));
    this.services = all.flat();
  }

  of(image: EngineImage): BuiltBy | undefined {
    return builderOf(image, this.services)?.by;
  }
}

async function servicesOf(root: Root): Promise<(BuiltService & { by: BuiltBy })[]> {
  const [files, targets] = await Promise.all([root.workspace.files(), root.workspace.builds()]);
  const built = new Set(targets.map(target => target.dockerfile));
  const alone = files.filter(({ path, language }) => language === 'dockerfile' && !built.has(path));
  return [
    ...targets.map(target => ofService(root, target)),
    ...alone.map(({ path }) => ({
      dockerfile: path,
      service: undefined,
      project: undefined,
      image: undefined,
      workingDir: undefined,
      folder: basename(dirname(resolve(root.folder, path))),
      by: { root, dockerfile: path, target: undefined },
    })),
  ];
}

function ofService(root: Root, target: BuildTarget): BuiltService & { by: BuiltBy } {
  return {
    dockerfile: target.dockerfile,
    service: target.service,
    project: target.project,
    image: target.image,
    workingDir: dirname(resolve(root.folder, target.composePath)),
    folder: basename(resolve(root.folder, target.context)),
    by: { root, dockerfile: target.dockerfile, target: target.target },
  };
}
