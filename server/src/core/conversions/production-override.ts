import { runService } from '../analysis/services/run-service';
import {
  isDevelopmentFile,
  isDevelopmentService,
  isOneShot,
  isWhole,
} from '../analysis/services/service-kind';
import { blockLines, styleOf } from '../compose/edit';
import { keepsAllLogs } from '../compose/logging';
import type { Compose, Service } from '../compose/model';
import { entryAt } from '../compose/query';
import { decline } from '../decline';
import type { NotOffered, Offer } from '../finding';
import { siblings } from '../project/siblings';
import type { WorkspaceFacts } from '../project/workspace';
import { composeConversion } from '../rule';
import {
  endsByItself,
  type ProductionSettings,
  productionSettings,
  ROTATION,
} from './production-override/production';

export const productionOverride = composeConversion({
  meta: {
    id: 'production-override',
    title: 'Write a Compose file for production beside this one',
    since: '0.2.0',
    summary:
      '`docker-compose.prod.yml` with limits, log rotation, health checks, restarts and database tuning, wherever the file says nothing of them',
    safety: 'unsafe',
    why: `What a laptop forgives takes a server down: a service that leaks takes the memory of all others, a log fills the
disk, a crash at night stays a crash until the morning, a database plans with memory that it has not got. The settings
against that stand in a file of their own, so that development stays as it is; the Compose file itself is not touched.

Each service that starts with the file gets what neither it nor its image says: limits of memory and CPU and a
reservation by its role (backend 1 GB, frontend 768 MB, PostgreSQL 512 MB), logs of at most three files of 10 MB, a health
check of what its command starts, and a restart after a crash. PostgreSQL gets buffers, sort memory, a number of
connections and shared memory that fit into its limit. Services that run once and those for development get nothing, and
ports are never repeated, for Compose would publish them twice.

The figures are a start. Look at what the services use at their busiest (\`docker stats\`): a container that needs more
than its limit is killed, and fewer connections than the pools of an application want are refused. Starting it takes both
files: \`docker compose -f docker-compose.yml -f docker-compose.prod.yml up -d\`.`,
    sources: [
      'https://docs.docker.com/compose/how-tos/production/',
      'https://docs.docker.com/reference/compose-file/merge/',
      'https://docs.docker.com/reference/compose-file/deploy/#resources',
      'https://www.postgresql.org/docs/current/runtime-config-resource.html',
    ],
  },
  examples: [
    {
      title: 'A backend and its database',
      path: 'docker-compose.yml',
      before: `services:
  backend:
    build: .
    ports:
      - "8000:8000"
    restart: unless-stopped
  db:
    image: postgres:16
`,
      files: {
        Dockerfile:
          'FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]\n',
      },
      after: {
        'docker-compose.prod.yml': `# What production adds to docker-compose.yml. Start it with both files:
#   docker compose -f docker-compose.yml -f docker-compose.prod.yml up -d

x-logging: &default-logging
  driver: json-file
  options:
    max-size: 10m
    max-file: "3"

services:
  backend:
    healthcheck:
      test: ["CMD", "python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8000), 3)"]
      interval: 30s
      timeout: 5s
      start_period: 5s
      retries: 3
    logging: *default-logging
    deploy:
      resources:
        limits:
          memory: 1G
          cpus: "1.0"
        reservations:
          memory: 512M

  db:
    command: ["postgres", "-c", "shared_buffers=128MB", "-c", "work_mem=2MB", "-c", "max_connections=50"]
    shm_size: 128m
    restart: unless-stopped
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U $\${POSTGRES_USER:-postgres}"]
      interval: 30s
      timeout: 10s
      start_period: 30s
      retries: 3
    logging: *default-logging
    deploy:
      resources:
        limits:
          memory: 512M
          cpus: "1.0"
        reservations:
          memory: 128M
`,
      },
    },
    {
      title: 'There is one already',
      path: 'docker-compose.yml',
      before: 'services:\n  db:\n    image: postgres:16\n',
      files: { 'docker-compose.prod.yml': 'services:\n  db:\n    restart: always\n' },
      declined: 'docker-compose.prod.yml is there already',
    },
  ],
  offers(compose, { workspace }) {
    return [offerFor(compose, workspace)];
  },
});

const BASE = /^((?:docker-)?compose)(\.ya?ml)$/;
const PRODUCTION = /[._-]prod(uction)?[._-]/;

function offerFor(compose: Compose, workspace: WorkspaceFacts): Offer | NotOffered {
  const name = nameOf(compose.path);
  const [, stem, ending] = BASE.exec(name) ?? [];
  const services = entryAt(compose.root, 'services');
  if (stem === undefined || ending === undefined || isDevelopmentFile(compose.path))
    return decline('variant-of-other', { name });
  const there = siblings(compose.path, workspace).find(it => PRODUCTION.test(nameOf(it.path)));
  if (there) return decline('file-exists', { path: nameOf(there.path) });
  if (!services) return decline('no-services');
  const wanted = wantedBy(compose, workspace);
  if (wanted.length === 0) return decline('nothing-for-production');
  const made = `${stem}.prod${ending}`;
  const path = `${compose.path.slice(0, compose.path.length - name.length)}${made}`;
  return {
    kind: 'offer',
    at: services.span,
    changes: () => [
      {
        kind: 'create',
        path,
        text: overrideText(compose, wanted, made),
        because:
          'Limits, log rotation, health checks, restarts and database tuning where the file says nothing of them, in a file of their own so that development stays as it is',
      },
    ],
  };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

interface Wanted {
  readonly service: Service;
  readonly settings: ProductionSettings;
}

const ANCHOR = 'default-logging';

function wantedBy(compose: Compose, workspace: WorkspaceFacts): Wanted[] {
  const runs = compose.services
    .filter(it => isWhole(it) && !isDevelopmentService(it) && !isOneShot(compose, it))
    .map(service => runService(compose, service, workspace))
    .filter(run => !endsByItself(run));
  const rotated = runs.filter(run => keepsAllLogs(run.service)).length;
  const logging = rotated > 1 ? `*${ANCHOR}` : ROTATION;
  return runs
    .map(run => ({ service: run.service, settings: productionSettings(run, logging) }))
    .filter(({ settings }) => Object.keys(settings).length > 0);
}

function overrideText(compose: Compose, wanted: readonly Wanted[], made: string): string {
  const style = styleOf(compose);
  const { unit, eol } = style;
  const rotates = wanted.some(({ settings }) => settings.logging === `*${ANCHOR}`);
  const services = wanted.map(({ service, settings }) =>
    [
      `${unit}${keyOf(service.name.text)}:`,
      ...blockLines({ entries: settings }, unit.repeat(2), style),
      '',
    ].join(eol),
  );
  const lines = [
    `# What production adds to ${nameOf(compose.path)}. Start it with both files:`,
    `#   docker compose -f ${nameOf(compose.path)} -f ${made} up -d`,
    '',
    ...(rotates ? [`x-logging: &${ANCHOR}`, ...blockLines(ROTATION, unit, style), ''] : []),
    'services:',
  ];
  return `${lines.join(eol)}${eol}${services.join(eol)}`;
}

/** As it must be written to be a key of text. */
function keyOf(name: string): string {
  const isPlain = /^[a-z_][\w.-]*$/i.test(name) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(name);
  return isPlain ? name : JSON.stringify(name);
}
