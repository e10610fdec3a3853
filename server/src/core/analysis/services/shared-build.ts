import { canonicalBuild, isPartial } from '../../compose/canonical';
import { isOwn, replaceEntry, setAt } from '../../compose/edit';
import type { Build, Compose, Mapping, Service } from '../../compose/model';
import { mappingAt, nodeAt, scalarAt, scalarsAt } from '../../compose/query';
import type { BuildTarget } from '../../project/workspace';
import type { Edit } from '../../text/edit';
import { listed } from '../../text/sentence';

export interface Builder {
  readonly service: Service;
  readonly build: Build;
  /** The mapping that the service's own keys are in. */
  readonly node: Mapping;
  /** False where the build comes from a merge key or `extends`. */
  readonly own: boolean;
}

/** Services that make the same image: the one that goes on building, and those that need not. */
export interface SameBuilds {
  readonly builder: Builder;
  readonly others: readonly Builder[];
}

/** The images of a file that several services build, each for itself. */
export function sameBuilds(file: Compose): SameBuilds[] {
  const groups = new Map<string, Builder[]>();
  for (const service of file.services) {
    const { build, entry } = service;
    const key = build && keyOf(service, build);
    if (!build || key === undefined || entry.value?.kind !== 'mapping') continue;
    const node = entry.value;
    const one = { service, build, node, own: isOwn(node, build.entry) };
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].flatMap(groupOf);
}

/** What decides which image a service builds; undefined if it is not known. */
function keyOf({ node, complete, entry }: Service, build: Build): string | undefined {
  if (!complete || entry.tag !== undefined || build.entry.tag !== undefined || isPartial(build))
    return undefined;
  const same = canonicalBuild(build);
  return same && `${scalarAt(node, 'platform')?.text ?? ''} ${same}`;
}

function groupOf(all: readonly Builder[]): SameBuilds[] {
  const names = new Set(all.flatMap(({ service }) => service.image?.text ?? []));
  if (names.size > 1) return [];
  const candidates = all.filter(({ service }) => names.size === 0 || service.image !== undefined);
  const builder = candidates.find(({ service }) => service.profiles.length === 0) ?? candidates[0];
  if (!builder) return [];
  const others = all.filter(
    it =>
      it !== builder &&
      !it.service.image &&
      runsWith(builder.service, it.service) &&
      (!startsAlone(it.service, builder.service) || dependsOn(it.service, builder.service, all)),
  );
  return others.length > 0 ? [{ builder, others }] : [];
}

/** True where the builder is started whenever the other is. */
function runsWith(builder: Service, other: Service): boolean {
  const { profiles } = builder;
  if (profiles.length === 0) return true;
  return other.profiles.length > 0 && other.profiles.every(name => profiles.includes(name));
}

/** Jobs and commands that somebody runs by their names: `docker compose run --rm migrate`. */
const RUN_BY_NAME =
  /(^|[-_])(migrations?|migrate|migrator|seed(er)?|setup|init|bootstrap|job|cron|once|manage|console|shell|cli|tools?|tests?|lint|backup)([-_]|$)/i;

/** True for what is started by its name and without the others, so that nothing else would build its image. */
function startsAlone({ name, profiles, node }: Service, builder: Service): boolean {
  const isOff = [scalarAt(node, 'scale'), scalarAt(node, 'deploy', 'replicas')].some(it => it?.text === '0');
  return (profiles.length > 0 && builder.profiles.length === 0) || isOff || RUN_BY_NAME.test(name.text);
}

/** True where the builder is started, and built, before the other, as it says itself or what it depends on does. */
function dependsOn(other: Service, builder: Service, all: readonly Builder[]): boolean {
  const seen = new Set([other.name.text]);
  for (const name of seen) {
    const service = all.find(it => it.service.name.text === name)?.service;
    for (const next of service ? dependenciesOf(service) : []) seen.add(next);
  }
  return seen.has(builder.name.text);
}

function dependenciesOf({ node }: Service): string[] {
  const listed = scalarsAt(node, 'depends_on').map(it => it.text);
  return [...listed, ...(mappingAt(node, 'depends_on')?.entries ?? []).map(it => it.key.text)];
}

/** How one build serves all of them. */
export interface SharedBuild {
  /** The name that the image has from then on. */
  readonly image: string;
  /** Gives the image its name; none where it has one. */
  readonly naming: readonly Edit[];
  /** Puts the name in the place of the other builds; none where an anchor brings one build to all. */
  readonly replacing: readonly Edit[];
}

export interface Refusal {
  readonly refused: string;
}

export function isRefusal(it: SharedBuild | Refusal): it is Refusal {
  return 'refused' in it;
}

/**
 * Makes one service build and name the image that the others use.
 *
 * @param groups how many images of the file are built several times: they need names of their own then
 * @param targets the services of the workspace that build, which know what the project is called
 */
export function shareBuild(
  file: Compose,
  { builder, others }: SameBuilds,
  groups: number,
  targets: readonly BuildTarget[],
): SharedBuild | Refusal {
  const image = builder.service.image?.text ?? imageName(file, builder, groups, targets);
  const naming = builder.service.image ? [] : nameBuild(file, builder, others, image);
  if (!naming) {
    const place = builder.own
      ? 'because of how its build is written'
      : 'because other services share its build';
    return { refused: `the image cannot be named ${place}` };
  }
  const replaced = others.map(other => sharedBy(file, builder, other, image));
  const stuck = others.filter((_, index) => !replaced[index]).map(({ service }) => service.name.text);
  if (stuck.length > 0) {
    return { refused: `an anchor, another service or JSON contains the build of ${listed(stuck)}` };
  }
  return { image, naming, replacing: replaced.flatMap(edits => edits ?? []) };
}

/**
 * Writes the name beside the builder's `build`, wherever that stands. Undefined where a service that makes another
 * image would take the name over too.
 */
function nameBuild(
  file: Compose,
  builder: Builder,
  others: readonly Builder[],
  image: string,
): readonly Edit[] | undefined {
  const group = new Set([builder, ...others].map(({ service }) => service));
  const takesOver = (it: Service) =>
    !group.has(it) && !it.image && it.node.entries.some(entry => entry.merged);
  const holder = builder.own ? builder.node : holderOf(file, builder.build);
  if (!holder || file.services.some(takesOver)) return undefined;
  return setAt(file, holder, ['image'], image, ['build']);
}

/** The mapping that a build is in which merge keys or `extends` bring to services. */
function holderOf(file: Compose, build: Build): Mapping | undefined {
  const start = build.entry.key.span.start;
  const fragments = (file.root?.entries ?? []).filter(entry => entry.key.text.startsWith('x-'));
  return [...fragments, ...file.services.map(it => it.entry)]
    .map(entry => entry.value)
    .filter(value => value?.kind === 'mapping')
    .find(mapping => mapping.entries.some(it => isOwn(mapping, it) && it.key.span.start === start));
}

/** Puts the name in the place of the build; one that has the builder's own `build` has the name beside it already. */
function sharedBy(
  file: Compose,
  builder: Builder,
  { service, node, build, own }: Builder,
  image: string,
): readonly Edit[] | undefined {
  const isSame = build.entry.key.span.start === builder.build.entry.key.span.start;
  if (isSame && !builder.service.image) return [];
  if (!own) return undefined;
  const isLocal = !image.includes('/') && !nodeAt(service.node, 'pull_policy');
  return replaceEntry(file, node, build.entry, isLocal ? { image, pull_policy: 'never' } : { image });
}

/**
 * Named as Compose names the project: by `name`, else by the folder. Where neither is known the project's own name
 * is filled in by Compose, so that two projects on one host never take each other's image.
 */
function imageName(
  file: Compose,
  { service }: Builder,
  groups: number,
  targets: readonly BuildTarget[],
): string {
  const project = projectName(file, targets) ?? '${COMPOSE_PROJECT_NAME}';
  const isTaken = (name: string) => file.services.some(({ image }) => image?.text === name);
  const short = `${project}:latest`;
  return groups > 1 || isTaken(short) ? `${project}-${asImageName(service.name.text)}:latest` : short;
}

/** As part of an image's name; undefined where neither the disk nor the file tells. */
function projectName(file: Compose, targets: readonly BuildTarget[]): string | undefined {
  const known = targets.find(({ composePath }) => composePath === file.path)?.project;
  const folder = file.path.split('/').at(-2);
  const given = [known, scalarAt(file.root, 'name')?.text ?? folder];
  const plain = given.find(name => name !== undefined && /^[_. -]*[a-z\d][\w. -]*$/i.test(name));
  return plain && asImageName(plain);
}

/** Lower case, and separators only between letters and digits, as image names must be. */
function asImageName(name: string): string {
  const parts = name.toLowerCase().split(/[^a-z0-9]+/);
  return parts.filter(part => part !== '').join('-') || 'app';
}
