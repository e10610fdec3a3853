import type { Service } from '../../compose/model';
import { imagePath } from '../../project/copied-files';
import type { WorkspaceFacts } from '../../project/workspace';
import { composeFiles } from '../../project/workspace-files';
import { dependencyInstall } from '../../shell/dependency-install';
import { joinPath } from '../../text/path';
import { startupInstalls } from './start-up';

/** Whether a Compose service installs a manifest each time it starts, from a folder that is mounted. */
export function isInstalledAtStartup(manifestPath: string, workspace: WorkspaceFacts): boolean {
  return composeFiles(workspace).some(({ path, services }) => {
    const folder = path.split('/').slice(0, -1).join('/');
    return services.some(service => installedFiles(service, folder).includes(manifestPath));
  });
}

/** The files of the workspace that the start of a service installs from. @param folder of the Compose file */
function installedFiles(service: Service, folder: string): string[] {
  const workdir = service.workingDir?.text ?? '/';
  const named = startupInstalls(service).flatMap(
    ({ command }) => dependencyInstall(command)?.manifests ?? [],
  );
  return named.flatMap(name => {
    const inContainer = imagePath(workdir, name);
    return service.volumes.flatMap(({ type, source, target }) => {
      const below = pathBelow(imagePath('/', target), inContainer);
      const isMounted = type === 'bind' && source !== undefined && below !== undefined;
      return isMounted ? [joinPath(folder, `${source}/${below}`)] : [];
    });
  });
}

function pathBelow(folder: string, path: string): string | undefined {
  const root = folder === '/' ? '/' : `${folder}/`;
  return path.startsWith(root) ? path.slice(root.length) : undefined;
}
