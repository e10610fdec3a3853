import type { Compose } from '../compose/model';
import type { EngineFacts } from '../facts/engine';
import type { WorkspaceFacts } from '../facts/workspace';
import { groupBy } from '../group';
import { installersOf } from '../manifest/installers';
import type { PythonRequirement } from '../manifest/python-manifest';
import { pythonManifestAt } from '../neighbours';
import { loadOfAll } from '../package-weight';
import type { Evidence } from '../rule';
import { broughtBy, modulesOf, worksWithoutImport } from './distributions';
import { type BuiltService, builtServices, codeOfService } from './services';
import { isUsed } from './usage';

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
export function rolesInOneImage(file: Compose, workspace: WorkspaceFacts, engine: EngineFacts): RolePair[] {
  if (!workspace.code || workspace.code.size === 0) return [];
  const own = [...builtServices(workspace), ...sharers(file, workspace)].filter(
    it => it.compose.path === file.path,
  );
  const groups = groupBy(own, it => JSON.stringify([it.dockerfile.path, it.target ?? null, it.context]));
  return [...groups.values()].flatMap(group => pairsOf(group, workspace, engine));
}

/** Services that run an image which another service builds and names. */
function sharers(file: Compose, workspace: WorkspaceFacts): BuiltService[] {
  const built = builtServices(workspace).filter(it => it.compose.path === file.path);
  return file.services.flatMap(service => {
    const builder = built.find(it => service.image && it.service.image?.text === service.image.text);
    return builder && !service.build ? [{ ...builder, service, name: service.name.text }] : [];
  });
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

interface Needs {
  /** The requirements that its code imports or its commands name. */
  readonly named: readonly string[];
  /** With what these bring along. */
  readonly all: ReadonlySet<string>;
}

/** Undefined where nobody can tell what the service reaches. */
function neededBy(
  built: BuiltService,
  listed: readonly PythonRequirement[],
  workspace: WorkspaceFacts,
): Needs | undefined {
  const { reach, usage } = codeOfService(built, workspace);
  if (!reach.certain) return undefined;
  const used = listed.filter(it => isUsed(it.normalized, modulesOf(it.normalized), usage));
  const brought = used.flatMap(it => [...broughtBy(it.normalized, it.extras)]);
  const named = used.map(it => it.normalized);
  return { named, all: new Set([...named, ...brought]) };
}

/** Dashboards stand for a role of their own though a command starts them. */
const DASHBOARDS: ReadonlySet<string> = new Set([
  'streamlit',
  'gradio',
  'dash',
  'panel',
  'voila',
  'chainlit',
]);

function onlyIn({ named }: Needs, { all }: Needs): string[] {
  return named.filter(
    name =>
      !all.has(name) && (DASHBOARDS.has(name) || (modulesOf(name).certain && !worksWithoutImport(name))),
  );
}
