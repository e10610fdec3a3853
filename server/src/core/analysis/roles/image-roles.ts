import { decline, isDeclined, type Outcome } from '../../decline';
import type { PythonRequirement } from '../../manifests/model';
import { siblings } from '../../project/siblings';
import type { WorkspaceFacts } from '../../project/workspace';
import { type BuiltService, codeOfService } from '../python-code/services';
import { dynamicCode } from '../python-code/usage';
import { type Needs, needsOf, onlyIn } from './needs';

/** Services of one image that run much the same code: a web application with its worker, or a dashboard. */
export interface Role {
  /** That of the service whose command stands for the role. */
  readonly name: string;
  /** The one that runs the image's own command, else the one that needs most. */
  readonly lead: BuiltService;
  /** In file order. */
  readonly services: readonly BuiltService[];
  /** Normalized names of the packages that any of them needs, with their dependencies. */
  readonly all: ReadonlySet<string>;
  /** Normalized names of the packages that the code of any of them imports, or their commands name. */
  readonly named: ReadonlySet<string>;
  /** Paths of the Python files that any of them reaches. */
  readonly files: ReadonlySet<string>;
}

interface Member {
  readonly built: BuiltService;
  readonly needs: Needs;
}

/**
 * The roles of the services that run one image: services are apart where each needs packages that the other does not.
 *
 * @param listed what the image installs by name
 * @returns one role where nothing tells them apart; the reason if it is not known what a service needs
 */
export function rolesOf(
  services: readonly BuiltService[],
  listed: readonly PythonRequirement[],
  workspace: WorkspaceFacts,
): Outcome<readonly Role[]> {
  const read = services.map(built => memberOf(built, listed, workspace));
  const unknown = read.find(isDeclined);
  if (unknown) return unknown;
  const members = read.flatMap(it => (isDeclined(it) ? [] : [it]));
  const seeds = seedsOf(members);
  const groups = seeds.map(seed => members.filter(member => homeOf(member, seeds) === seed));
  return groups.map(roleOf).sort((a, b) => places(services, a) - places(services, b));
}

function places(services: readonly BuiltService[], { services: own }: Role): number {
  return Math.min(...own.map(it => services.indexOf(it)));
}

function memberOf(
  built: BuiltService,
  listed: readonly PythonRequirement[],
  workspace: WorkspaceFacts,
): Outcome<Member> {
  const read = [built, ...commandsBeside(built, workspace)].map(it => needsOrReason(it, listed, workspace));
  const at = built.service.entry.span;
  const unknown = read.find(isDeclined);
  if (unknown) return { ...unknown, at };
  const needs = read.flatMap(it => (isDeclined(it) ? [] : [it]));
  return {
    built,
    needs: {
      named: [...new Set(needs.flatMap(it => it.named))],
      all: new Set(needs.flatMap(it => [...it.all])),
      files: new Set(needs.flatMap(it => [...it.files])),
    },
  };
}

/** The service as Compose files beside this one start it: `docker-compose.override.yml`, `compose.prod.yaml`. */
function commandsBeside(built: BuiltService, workspace: WorkspaceFacts): BuiltService[] {
  return siblings(built.compose.path, workspace).flatMap(compose =>
    compose.services
      .filter(it => it.name.text === built.name && (it.command ?? it.entrypoint) !== undefined)
      .map(service => ({ ...built, compose, service })),
  );
}

function needsOrReason(
  built: BuiltService,
  listed: readonly PythonRequirement[],
  workspace: WorkspaceFacts,
): Outcome<Needs> {
  const code = codeOfService(built, workspace);
  if (code.reach.certain) return needsOf(code, listed);
  const [dynamic] = dynamicCode(code.reach.code);
  return dynamic === undefined
    ? decline('no-python-file', { service: built.name })
    : decline('dynamic-imports', { service: built.name, file: dynamic });
}

function areApart(one: Member, other: Member): boolean {
  return onlyIn(one.needs, other.needs).length > 0 && onlyIn(other.needs, one.needs).length > 0;
}

/** Services that are all apart from each other; those that need most come first, for they tell most. */
function seedsOf(members: readonly Member[]): Member[] {
  const byNeeds = [...members].sort((a, b) => b.needs.named.length - a.needs.named.length);
  const seeds: Member[] = [];
  for (const member of byNeeds) if (seeds.every(seed => areApart(member, seed))) seeds.push(member);
  return seeds;
}

/** The seed that a service shares most code with, of those that it is not apart from. */
function homeOf(member: Member, seeds: readonly Member[]): Member {
  if (seeds.includes(member)) return member;
  const shared = (seed: Member) => [...member.needs.files].filter(path => seed.needs.files.has(path)).length;
  const fitting = seeds.filter(seed => !areApart(member, seed)).sort((a, b) => shared(b) - shared(a));
  return fitting[0] ?? member;
}

function roleOf(members: readonly Member[]): Role {
  const services = members.map(it => it.built);
  const [most] = [...members].sort((a, b) => b.needs.named.length - a.needs.named.length);
  const lead = services.find(({ service }) => !service.command && !service.entrypoint) ?? most?.built;
  if (!lead) throw new RangeError('a role without services');
  return {
    name: lead.name,
    lead,
    services,
    all: new Set(members.flatMap(it => [...it.needs.all])),
    named: new Set(members.flatMap(it => it.needs.named)),
    files: new Set(members.flatMap(it => [...it.needs.files])),
  };
}
