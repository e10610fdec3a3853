import {
  changedThemselves,
  editsOfAll,
  gatheredServices,
  servicesAt,
} from '../../analysis/services/gathered-services';
import { runService } from '../../analysis/services/run-service';
import {
  isDevelopmentFile,
  isDevelopmentService,
  isOneShot,
  isOptional,
  isSetBeside,
  isWhole,
} from '../../analysis/services/service-kind';
import { setAt } from '../../compose/edit';
import type { Compose, Service } from '../../compose/model';
import { entryAt, mappingAt } from '../../compose/query';
import { usesShortKeys } from '../../compose/resource-keys';
import type { Fix } from '../../finding';
import { composeRule } from '../../rule';
import type { Edit } from '../../text/edit';
import { oncePer } from '../../text/once-per';
import { neededMemory } from './no-memory-limit/needed-memory';

export const noMemoryLimit = composeRule({
  meta: {
    id: 'no-memory-limit',
    category: 'operations',
    severity: 'info',
    since: '0.1.0',
    fix: 'unsafe',
    summary: 'A service has no memory limit',
  },
  options: {
    limit: {
      default: '',
      description: 'The limit that the fix writes: `512m`, `1g`. If empty, the usual need of the service.',
    },
  },
  *check(file, { workspace }, { limit }) {
    if (isDevelopmentFile(file.path)) return;
    for (const service of file.services) {
      if (!isWhole(service) || isLimited(service)) continue;
      if (isDevelopmentService(service) || isOneShot(file, service)) continue;
      if (isSetBeside(file, workspace, service, isLimited)) continue;
      yield {
        at: service.name.span,
        message: `${service.name.text} has no memory limit: a memory leak can take down the whole host`,
        ...(isOptional(file, service) ? { atMost: 'hint' as const } : {}),
        fixes: () => limitFixes(file, service, limit || neededMemory(runService(file, service, workspace))),
      };
    }
  },
  gather(file, { workspace }, { limit }, found) {
    const services = servicesAt(file, found, 'deploy');
    const { at, names, related } = gatheredServices(file, services, found, 'has no memory limit');
    const fixes = () => {
      const each = changedThemselves(services, 'deploy').flatMap(service =>
        limitFixes(file, service, limit || neededMemory(runService(file, service, workspace))).slice(0, 1),
      );
      const edits = editsOfAll(each);
      return edits.length === 0
        ? []
        : [{ title: titleOfAll(each, services), safety: 'unsafe' as const, edits }];
    };
    return {
      at,
      message: `no memory limit for ${names}: a memory leak can take down the whole host`,
      related,
      fixes,
    };
  },
});

function titleOfAll(fixes: readonly Fix[], services: readonly Service[]): string {
  return fixes.length === services.length
    ? `Limit the memory of all ${services.length} services`
    : `Limit the memory of the ${fixes.length === 1 ? 'service' : `${fixes.length} services`} whose need is known`;
}

const LIMITS = ['deploy', 'resources', 'limits'] as const;
const LIMIT = [...LIMITS, 'memory'] as const;

function isLimited({ node }: Service): boolean {
  return entryAt(node, 'mem_limit') !== undefined || entryAt(node, ...LIMIT) !== undefined;
}

function limitFixes(file: Compose, service: Service, limit: string | undefined): Fix[] {
  if (limit === undefined) return [];
  const edits = limitEdits(file, service, limit);
  return edits ? [{ title: `Limit the memory to ${limit}`, safety: 'unsafe', edits }] : [];
}

/** In the form that the service has, else in that of the file; undefined where neither can be written. */
function limitEdits(file: Compose, service: Service, limit: string): readonly Edit[] | undefined {
  const { entry, node } = service;
  const own = entry.value?.kind === 'mapping' ? entry.value : node;
  const deploy = entryAt(node, 'deploy');
  // A memory limit above that of memory and swap together keeps the container from starting.
  if (entryAt(node, 'memswap_limit')) return undefined;
  // A deploy that a merge key brings would be hidden by one written here, with all that it holds.
  if (deploy?.merged) return mappingAt(node, ...LIMITS) ? undefined : setAt(file, own, ['mem_limit'], limit);
  if (!mappingAt(node, ...LIMITS) && (usesShortKeys(service) || prefersShortForm(file)))
    return setAt(file, own, ['mem_limit'], limit);
  if (deploy?.aliased && deploy.value?.kind === 'mapping')
    return setAt(file, deploy.value, ['resources', 'limits', 'memory'], limit);
  return setAt(file, own, LIMIT, limit);
}

/** True where more services of a file have limits in keys of their own than in `deploy`. */
const prefersShortForm = oncePer(({ services }: Compose): boolean => {
  const short = services.filter(usesShortKeys).length;
  return short > services.filter(({ node }) => mappingAt(node, ...LIMITS)).length;
});
