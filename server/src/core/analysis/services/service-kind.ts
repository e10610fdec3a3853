import type { Compose, Service } from '../../compose/model';
import { mappingAt, nodeAt, scalarAt, serviceNamed } from '../../compose/query';
import { siblings } from '../../project/siblings';
import type { WorkspaceFacts } from '../../project/workspace';
import { oncePer } from '../../text/once-per';

const DEVELOPMENT =
  /(^|[./_-])(dev|devel|development|local|override|tests?|testing|e2e|debug|devcontainer)([./_-]|$)/i;

/** True for a file that only development and tests use, as far as its path tells: `compose.override.yml`. */
export function isDevelopmentFile(path: string): boolean {
  const [name = '', folder = ''] = path.split('/').reverse();
  return DEVELOPMENT.test(name) || folder === '.devcontainer';
}

const DEVELOPMENT_NAME = /^(dev|devel|development|local|tests?|testing|e2e|ci|debug|tools?|cli)$/i;

/** True where its name says that the service is for development, tests or tools, or all its profiles do. */
export function isDevelopmentService({ name, profiles }: Service): boolean {
  if (DEVELOPMENT_NAME.test(name.text)) return true;
  return profiles.length > 0 && profiles.every(profile => DEVELOPMENT_NAME.test(profile));
}

const OF_TESTS = new Set(['test', 'tests', 'testing', 'e2e', 'testdata', 'fixture', 'fixtures']);

/** True where it matters less what becomes of the service: it is started on request, or the folder is one of tests. */
export function isOptional({ path }: Compose, { profiles }: Service): boolean {
  const folders = path.split('/').slice(0, -1);
  return (
    profiles.length > 0 ||
    folders.some(folder => folder.split(/[_-]+/).some(word => OF_TESTS.has(word.toLowerCase())))
  );
}

/** True where the service runs once and ends: another one waits for that, or it is a job of the deployment. */
export function isOneShot(file: Compose, service: Service): boolean {
  if (/-job$/.test(scalarAt(service.node, 'deploy', 'mode')?.text ?? '')) return true;
  return awaitedOnes(file).has(service.name.text);
}

/** The services whose end others wait for. */
const awaitedOnes = oncePer((file: Compose): ReadonlySet<string> => {
  const names = file.services.flatMap(({ node }) =>
    (mappingAt(node, 'depends_on')?.entries ?? [])
      .filter(({ value }) => value?.kind === 'mapping' && scalarAt(value, 'condition')?.text === ENDED)
      .map(({ key }) => key.text),
  );
  return new Set(names);
});

const ENDED = 'service_completed_successfully';

/**
 * True where the service has a container of its own whose settings all stand where Plimsoll can see them: it is no
 * patch of a service of another file, extends none, and resets nothing.
 */
export function isWhole({ image, build, complete, entry, node }: Service): boolean {
  const patched =
    entry.tag !== undefined || node.entries.some(it => it.tag === '!reset' || it.tag === '!override');
  return complete && !patched && (image !== undefined || build !== undefined) && !nodeAt(node, 'provider');
}

/** True where a Compose file beside this one (`compose.prod.yaml`) says of the service what is asked. */
export function isSetBeside(
  file: Compose,
  workspace: WorkspaceFacts,
  service: Service,
  says: (service: Service) => boolean,
): boolean {
  return siblings(file.path, workspace).some(other => {
    const same = serviceNamed(other, service.name.text);
    return same !== undefined && mappingAt(other.root, 'services') !== undefined && says(same);
  });
}
