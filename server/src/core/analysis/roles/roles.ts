import type { Compose } from '../../compose/model';
import type { Stage } from '../../dockerfile/model';
import { contributingStages, stageNamed } from '../../dockerfile/stage-graph';
import type { Evidence } from '../../finding';
import type { PythonRequirement } from '../../manifests/model';
import type { EngineFacts } from '../../project/engine';
import type { WorkspaceFacts } from '../../project/workspace';
import { pythonManifestAt } from '../../project/workspace-files';
import { groupBy } from '../../text/group';
import { installersIn, installersOf } from '../installs/installers';
import { type BuiltService, servicesBuilding } from '../python-code/services';
import { loadOfAll } from '../sizes/package-weight';
import { neededBy, onlyIn } from './needs';

/** A service beside another one of the same image, where each carries packages that only the other's code imports. */
export interface RolePair {
  readonly one: BuiltService;
  readonly other: BuiltService;
  /** Normalized names of what `one` carries for `other`, and the other way round. */
  readonly forOther: readonly string[];
  readonly forOne: readonly string[];
  /** What `one` carries for the other, by weight; and what the other does. */
  readonly atOne: Evidence | undefined;
  readonly atOther: Evidence | undefined;
}

/** The services of a Compose file that share an image with an earlier one of another role. */
function rolesInOneImage(file: Compose, workspace: WorkspaceFacts, engine: EngineFacts): RolePair[] {
  if (!workspace.code || workspace.code.size === 0) return [];
  return servicesByImage(file, workspace).flatMap(group => pairsOf(group, workspace, engine));
}

/** What two services carry for each other, in bytes, that makes an image for each worth its trouble. */
export const WORTH_PARTING = 30e6;

/** Those of them that carry at least some bytes for each other. */
export function heavyRoles(
  file: Compose,
  workspace: WorkspaceFacts,
  engine: EngineFacts,
  leastBytes: number,
): RolePair[] {
  return rolesInOneImage(file, workspace, engine).filter(
    ({ atOne, atOther }) => Math.max(atOne?.bytes ?? 0, atOther?.bytes ?? 0) >= leastBytes,
  );
}

/** The services of a Compose file by the image that they run, or by the one stage that installs for all of them. */
export function servicesByImage(file: Compose, workspace: WorkspaceFacts): BuiltService[][] {
  const own = imageServices(file, workspace);
  const groups = groupBy(own, it => JSON.stringify([it.dockerfile.path, it.context]));
  return [...groups.values()].flatMap(group =>
    installOnce(group, workspace) ? [group] : [...groupBy(group, it => it.target).values()],
  );
}

/** Whether the services build one stage, or several for all of which the same stages install. */
function installOnce(group: readonly BuiltService[], workspace: WorkspaceFacts): boolean {
  const [first] = group;
  if (!first || new Set(group.map(it => it.target)).size === 1) return true;
  const { dockerfile } = first;
  const built = group.map(stageOf).map(stage => stage && contributingStages(dockerfile, stage));
  const installing = installersIn(dockerfile, withTargets(group, workspace)).map(it => it.stage);
  const used = installing.filter(stage => built.some(stages => stages?.includes(stage)));
  return used.length > 0 && used.every(stage => built.every(stages => stages?.includes(stage)));
}

/** The stage that a service builds. */
export function stageOf({ dockerfile, target }: BuiltService): Stage | undefined {
  return target === undefined ? dockerfile.stages.at(-1) : stageNamed(dockerfile, target);
}

/** The facts of a Compose file do not say what it builds. */
export function withTargets(services: readonly BuiltService[], workspace: WorkspaceFacts): WorkspaceFacts {
  const targets = services.map(({ compose, name, context, dockerfile, target }) => ({
    composePath: compose.path,
    service: name,
    context,
    dockerfile: dockerfile.path,
    target,
    args: new Map<string, string | undefined>(),
    image: undefined,
    project: '',
  }));
  return { ...workspace, targets };
}

/** The services that build an image of a Compose file, and those that run one which another service builds and names. */
function imageServices(file: Compose, workspace: WorkspaceFacts): BuiltService[] {
  const built = servicesBuilding(file, workspace);
  const sharing = file.services.flatMap(service => {
    const builder = built.find(it => service.image && it.service.image?.text === service.image.text);
    return builder && !service.build ? [{ ...builder, service, name: service.name.text }] : [];
  });
  return [...built, ...sharing];
}

function pairsOf(group: readonly BuiltService[], workspace: WorkspaceFacts, engine: EngineFacts): RolePair[] {
  const [first, ...rest] = group;
  if (!first || rest.length === 0) return [];
  const listed = listedFor(first, workspace);
  const needs = new Map(group.map(it => [it, neededBy(it, listed, workspace)]));
  const ofFirst = needs.get(first);
  return rest.flatMap(other => {
    const ofOther = needs.get(other);
    if (!ofFirst || !ofOther) return [];
    const forOther = onlyIn(ofOther, ofFirst);
    const forOne = onlyIn(ofFirst, ofOther);
    if (forOther.length === 0 || forOne.length === 0) return [];
    const path = first.dockerfile.path;
    const atOne = loadOfAll(forOther, ofFirst.named, path, engine);
    const atOther = loadOfAll(forOne, ofOther.named, path, engine);
    return [{ one: first, other, forOther, forOne, atOne, atOther }];
  });
}

/** What imports tell of: servers, drivers and plug-ins belong to no one role. */
function listedFor({ dockerfile }: BuiltService, workspace: WorkspaceFacts): PythonRequirement[] {
  const manifests = [...workspace.texts.keys()].filter(path =>
    installersOf(path, workspace).some(it => it.dockerfile.path === dockerfile.path),
  );
  return manifests
    .flatMap(path => pythonManifestAt(workspace, path)?.requirements ?? [])
    .filter(it => it.group === 'main' && it.from === 'index');
}
