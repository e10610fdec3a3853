import { runService } from '../../analysis/services/run-service';
import {
  isDevelopmentFile,
  isDevelopmentService,
  isOneShot,
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
    fixRisk:
      'A container that needs more than the limit is killed. Look at what it uses at its busiest (`docker stats`) and leave room above that.',
    summary: 'A service may take all the memory of its host',
    why: `Without a limit one container that leaks, or one request that loads a big file, takes the memory of the whole
host. Then the kernel ends whichever process it likes best: often the database, or the SSH server that would have let
somebody in to look. With a limit it is the container at fault that is ended and started again, and the others go on.

A limit also makes the need visible. One team found its three services at 458 MB with nothing to stop them, gave the
backend 1 GB, the frontend 768 MB and PostgreSQL 512 MB, and knew from then on which server was large enough.

Compose takes the limit in two places, \`deploy.resources.limits.memory\` and the older \`mem_limit\`, and refuses a
service that mixes the two forms (\`cpus\` beside \`deploy.resources.limits.memory\`). The fix writes the one that the
service uses already, else the one that the file does. A service is left alone when a Compose file beside this one (\`compose.prod.yaml\`) limits
it, when it only serves development, and when it runs once and ends.

The number is one and a half times the heap that \`-Xmx\` gives a Java program (twice for Elasticsearch, which wants as much
beside it), or what the image is known to need in a small installation. For a service that nobody knows here there is no
fix, for a limit that is too low ends it: measure it, or set the option.`,
    sources: [
      'https://docs.docker.com/reference/compose-file/deploy/#memory',
      'https://docs.docker.com/engine/containers/resource_constraints/',
    ],
  },
  options: {
    limit: {
      default: '',
      description: 'The limit that the fix writes: `512m`, `1g`. Empty: what the service is known to need.',
    },
  },
  examples: [
    {
      title: 'Nothing stops the database from taking the host',
      before: `services:
  «db»:
    image: postgres:17
    ports:
      - "5432:5432"
    restart: unless-stopped
`,
      after: `services:
  db:
    image: postgres:17
    ports:
      - "5432:5432"
    restart: unless-stopped
    deploy:
      resources:
        limits:
          memory: 512m
`,
    },
    {
      title: 'In the form that the file uses',
      before: `services:
  api:
    image: api:1
    mem_limit: 1g
  «redis»:
    image: redis:8
`,
      after: `services:
  api:
    image: api:1
    mem_limit: 1g
  redis:
    image: redis:8
    mem_limit: 256m
`,
    },
    {
      title: 'Beside the limits that are there',
      before: `services:
  «db»:
    image: postgres:17
    deploy:
      resources:
        limits:
          cpus: "1.5"
`,
      after: `services:
  db:
    image: postgres:17
    deploy:
      resources:
        limits:
          cpus: "1.5"
          memory: 512m
`,
    },
    {
      title: 'Production is limited in a file of its own',
      before: `services:
  api:
    build: .
`,
      files: {
        'compose.prod.yaml': `services:
  api:
    deploy:
      resources:
        limits:
          memory: 1g
`,
      },
    },
  ],
  *check(file, { workspace }, { limit }) {
    if (isDevelopmentFile(file.path)) return;
    for (const service of file.services) {
      if (!isWhole(service) || isLimited(service)) continue;
      if (isDevelopmentService(service) || isOneShot(file, service)) continue;
      if (isSetBeside(file, workspace, service, isLimited)) continue;
      yield {
        at: service.name.span,
        message: `nothing limits the memory of ${service.name.text}: a leak in it takes the host and every other service down`,
        fixes: () => limitFixes(file, service, limit || neededMemory(runService(file, service, workspace))),
      };
    }
  },
});

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
