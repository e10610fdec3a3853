import type { EngineImage } from '../docker/engine';
import { type BuiltService, builderOf, builtServices } from '../docker/workspace-images';
import type { Root, Workspaces } from './workspaces';

/** A Dockerfile of the workspace, as the place where an image comes from. */
export interface BuiltBy {
  readonly root: Root;
  /** Path of the Dockerfile below the root. */
  readonly dockerfile: string;
  readonly target: string | undefined;
  readonly args: BuiltService['args'];
}

/** Which Dockerfile of the workspace builds which image. */
export class WorkspaceBuilds {
  private services: readonly (BuiltService & { readonly root: Root })[] = [];

  constructor(private readonly workspaces: Workspaces) {}

  /** Reads again what the workspace's files build. */
  async refresh(): Promise<void> {
    const all = await Promise.all(this.workspaces.ofFolders().map(servicesOf));
    this.services = all.flat();
  }

  of(image: EngineImage): BuiltBy | undefined {
    return builderOf(image, this.services);
  }
}

async function servicesOf(root: Root): Promise<(BuiltService & { root: Root })[]> {
  const [files, targets] = await Promise.all([root.workspace.files(), root.workspace.builds()]);
  const dockerfiles = files.filter(({ language }) => language === 'dockerfile').map(({ path }) => path);
  return builtServices(root.folder, dockerfiles, targets).map(service => ({ ...service, root }));
}
