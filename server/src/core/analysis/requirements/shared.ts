import type { Dockerfile } from '../../dockerfile/model';
import { isNeededWithoutImport } from '../../knowledge/python-without-import';
import type { PythonManifest, PythonRequirement } from '../../manifests/model';
import type { EngineFacts } from '../../project/engine';
import type { WorkspaceFacts } from '../../project/workspace';
import { pythonManifestAt } from '../../project/workspace-files';
import { type Installer, installersOf } from '../installs/installers';
import { broughtBy, modulesOf } from '../python-code/distributions';
import { type BuiltService, builtServices, codeOfService } from '../python-code/services';
import { isUsed } from '../python-code/usage';
import { installedPackages } from '../sizes/evidence';

/** A manifest that the images of several services install, and what each of them needs of it. */
export interface SharedManifest {
  readonly manifest: PythonManifest;
  readonly images: readonly SharingImage[];
  /** What only some images need, for certain; everything else is for all. */
  readonly forSome: readonly PythonRequirement[];
  /** Installs of the manifest in Dockerfiles that no service builds. */
  readonly others: readonly Installer[];
}

/** An image that installs the shared manifest. */
export interface SharingImage {
  readonly dockerfile: Dockerfile;
  readonly installer: Installer;
  /** The folder of its build context. */
  readonly context: string;
  /** The services that run it. */
  readonly services: readonly string[];
  /** What its code imports or its commands name, and their dependencies. */
  readonly needs: ReadonlySet<PythonRequirement>;
  /** What its code itself imports or its commands name. */
  readonly imports: number;
}

/** The manifests that the image of a Dockerfile shares with those of other services, and can be told apart by imports. */
export function sharedManifests(
  file: Dockerfile,
  workspace: WorkspaceFacts,
  engine: EngineFacts,
): SharedManifest[] {
  const { code } = workspace;
  if (!code || code.size === 0) return [];
  const services = builtServices(workspace);
  if (!services.some(it => it.dockerfile.path === file.path)) return [];
  const manifests = [...workspace.texts.keys()].filter(path => path.endsWith('.txt'));
  return manifests.flatMap(path => {
    const direct = installersOf(path, workspace).filter(it => it.manifest === path);
    if (!direct.some(it => it.dockerfile.path === file.path)) return [];
    return sharedManifest(path, direct, services, workspace, engine) ?? [];
  });
}

function sharedManifest(
  path: string,
  installers: readonly Installer[],
  services: readonly BuiltService[],
  workspace: WorkspaceFacts,
  engine: EngineFacts,
): SharedManifest | undefined {
  const manifest = pythonManifestAt(workspace, path);
  const dockerfiles = new Set(installers.map(it => it.dockerfile));
  const built = services.filter(it => [...dockerfiles].some(file => file.path === it.dockerfile.path));
  const contexts = new Set(built.map(it => it.context));
  if (!manifest || contexts.size !== 1 || new Set(built.map(it => it.dockerfile.path)).size < 2)
    return undefined;
  const images = [...dockerfiles].flatMap(file => {
    const own = built.filter(it => it.dockerfile.path === file.path);
    const installer = installers.find(it => it.dockerfile === file);
    return own[0] && installer ? [sharingImage(manifest, installer, own, workspace, engine)] : [];
  });
  if (images.some(it => it === undefined)) return undefined;
  const sharing = images
    .flatMap(it => it ?? [])
    .sort((a, b) => (a.dockerfile.path < b.dockerfile.path ? -1 : 1));
  const forSome = neededBySome(manifest, sharing);
  const others = installers.filter(it => !sharing.some(image => image.dockerfile === it.dockerfile));
  return { manifest, images: sharing, forSome, others };
}

function sharingImage(
  manifest: PythonManifest,
  installer: Installer,
  services: readonly BuiltService[],
  workspace: WorkspaceFacts,
  engine: EngineFacts,
): SharingImage | undefined {
  const codes = services.map(it => codeOfService(it, workspace));
  if (codes.some(it => !it.reach.certain)) return undefined;
  const installed = installedPackages(installer.dockerfile.path, engine);
  const imported = manifest.requirements.filter(({ normalized }) =>
    codes.some(({ usage }) => isUsed(normalized, modulesOf(normalized, installed), usage)),
  );
  const brought = new Set(imported.flatMap(it => [...broughtBy(it.normalized, it.extras)]));
  const needs = manifest.requirements.filter(it => imported.includes(it) || brought.has(it.normalized));
  return {
    dockerfile: installer.dockerfile,
    installer,
    context: services[0]?.context ?? '.',
    services: services.map(it => it.name),
    needs: new Set(needs),
    imports: imported.length,
  };
}

/** What one image needs and another does not, as far as imports tell. */
function neededBySome(
  { requirements }: PythonManifest,
  images: readonly SharingImage[],
): PythonRequirement[] {
  const forAll = requirements.filter(it => !isTold(it) || images.every(image => image.needs.has(it)));
  const broughtToAll = new Set(forAll.flatMap(it => [...broughtBy(it.normalized, it.extras)]));
  return requirements.filter(
    it =>
      !forAll.includes(it) && !broughtToAll.has(it.normalized) && images.some(image => image.needs.has(it)),
  );
}

/** Whether imports tell that an image needs a requirement. */
function isTold({ normalized, from, group, marker }: PythonRequirement): boolean {
  if (from !== 'index' || group !== 'main' || marker !== undefined) return false;
  return modulesOf(normalized).certain && !isNeededWithoutImport(normalized);
}
