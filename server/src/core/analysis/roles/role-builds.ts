import { isPartial } from '../../compose/canonical';
import type { Build, Compose, Service } from '../../compose/model';
import { decline, type Outcome } from '../../decline';
import { areDisjoint, type Edit } from '../../text/edit';
import type { ExplainedEdit } from '../../text/explained-edits';
import { buildBesideImage, buildInstead, renameImage } from './role-build';
import type { RoleFile } from './role-files';

/** `Dockerfile.backend` beside `Dockerfile`, `backend.Dockerfile` beside `app.Dockerfile`. */
export function dockerfileNameOf(path: string, { name }: { readonly name: string }): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const file = path.slice(folder.length);
  const suffix = /^.+(\.dockerfile)$/i.exec(file)?.[1];
  return folder + (suffix ? `${name}${suffix}` : `${file}.${name}`);
}

/** Makes the services of each role build its Dockerfile, and gives images that had one name a name each. */
export function buildEdits(file: Compose, files: readonly RoleFile[]): Outcome<readonly ExplainedEdit[]> {
  const services = files.flatMap(it => it.role.services.map(({ service }) => service));
  const build = services.find(it => it.build)?.build;
  if (!build) return decline('no-building-service');
  const keeper = files.find(it => it.role.services.some(({ service }) => service.build)) ?? files[0];
  const edits: ExplainedEdit[] = [];
  for (const one of files) {
    const found = editsOf(file, one, one === keeper, build, services);
    if (!Array.isArray(found)) return decline('build-shared', { service: found.stuck }, found.at);
    edits.push(...found);
  }
  edits.sort((a, b) => a.span.start - b.span.start);
  return areDisjoint(edits) ? edits : decline('builds-share-anchors');
}

interface Stuck {
  readonly stuck: string;
  readonly at: ExplainedEdit['span'];
}

function editsOf(
  file: Compose,
  { role, dockerfile }: RoleFile,
  keepsName: boolean,
  build: Build,
  changing: readonly Service[],
): ExplainedEdit[] | Stuck {
  const edits: ExplainedEdit[] = [];
  let hasBuilder = role.services.some(({ service }) => service.build);
  for (const { service, name } of role.services) {
    const written = writtenPath(service.build ?? build, dockerfile);
    const because = `${name} gets an image with only its own packages`;
    const image = service.image && !keepsName ? imageOf(service.image.text, role.name) : undefined;
    const found =
      hasBuilder || service.build
        ? [
            ...asList(service.build ? buildInstead(file, service, written, changing) : []),
            ...asList(image === undefined ? [] : renameImage(file, service, image)),
          ]
        : asList(
            isPlain(build) && image !== undefined
              ? buildBesideImage(file, service, image, build.context, written)
              : undefined,
          );
    hasBuilder = true;
    if (found.includes(undefined)) return { stuck: name, at: service.entry.span };
    edits.push(...found.flatMap(it => (it ? [{ ...it, because }] : [])));
  }
  return edits;
}

function asList(edits: readonly Edit[] | undefined): readonly (Edit | undefined)[] {
  return edits ?? [undefined];
}

function isPlain(build: Build): boolean {
  const { value } = build.entry;
  const keys = value?.kind === 'mapping' ? value.entries.map(it => it.key.text) : [];
  return !isPartial(build) && keys.every(key => key === 'context' || key === 'dockerfile');
}

/** As the build names its Dockerfile: relative to the context. */
function writtenPath(build: Build, dockerfile: string): string {
  const before = build.dockerfile ?? 'Dockerfile';
  const name = dockerfile.slice(dockerfile.lastIndexOf('/') + 1);
  return before.slice(0, before.lastIndexOf('/') + 1) + name;
}

/** `ghcr.io/shop/app:1.4` becomes `ghcr.io/shop/app-frontend:1.4`. */
function imageOf(image: string, role: string): string {
  const tag = /(:(?:[\w.-]|\$(?:\{[^{}]*\}|\w))*)?(@.*)?$/s.exec(image)?.[1] ?? '';
  const at = tag.includes('/') ? image.length : image.length - tag.length;
  return `${image.slice(0, at)}-${role.toLowerCase()}${image.slice(at)}`;
}
