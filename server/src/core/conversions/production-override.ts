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
    title: 'Write a Compose file for production next to this one',
    since: '0.2.0',
    summary:
      '`docker-compose.prod.yml` with limits, log rotation, health checks, restarts and database tuning, wherever the file does not set them',
    safety: 'unsafe',
  },
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
          'Limits, log rotation, health checks, restarts and database tuning where the file does not set them, in a separate file so that development does not change',
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
