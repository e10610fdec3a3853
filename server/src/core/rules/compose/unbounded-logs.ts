import {
  changedThemselves,
  editsOfAll,
  gatheredServices,
  servicesAt,
} from '../../analysis/services/gathered-services';
import {
  isDevelopmentFile,
  isDevelopmentService,
  isOneShot,
  isOptional,
  isSetBeside,
  isWhole,
} from '../../analysis/services/service-kind';
import { addBeforeServices, type NewMapping, setAt } from '../../compose/edit';
import { keepsAllLogs, rotatingAnchor } from '../../compose/logging';
import type { Compose, Service } from '../../compose/model';
import { entryAt, mappingAt } from '../../compose/query';
import type { Fix } from '../../finding';
import { composeRule } from '../../rule';
import type { Edit } from '../../text/edit';
import { escapedForPattern } from '../../text/pattern-source';

export const unboundedLogs = composeRule({
  meta: {
    id: 'unbounded-logs',
    category: 'operations',
    severity: 'info',
    since: '0.1.0',
    fix: 'unsafe',
    summary: "A service's log file is never rotated and can fill the disk",
  },
  options: {
    maxSize: { default: '10m', description: 'Size at which a log file is rotated: `10m`, `1g`.' },
    maxFile: { default: 3, description: 'The number of log files to keep.' },
  },
  *check(file, { workspace }, options) {
    if (isDevelopmentFile(file.path)) return;
    const growing = file.services.filter(
      service =>
        isWhole(service) &&
        keepsAllLogs(service) &&
        !isDevelopmentService(service) &&
        !isOneShot(file, service) &&
        !isSetBeside(
          file,
          workspace,
          service,
          it => entryAt(it.node, 'logging') !== undefined && !keepsAllLogs(it),
        ),
    );
    for (const service of growing) {
      const logging = entryAt(service.node, 'logging');
      yield {
        at: logging && !logging.merged ? logging.key.span : service.name.span,
        message: `the log file of ${service.name.text} grows until the disk is full: no max-size is set`,
        ...(isOptional(file, service) ? { atMost: 'hint' as const } : {}),
        fixes: () => rotationFixes(file, service, options),
      };
    }
  },
  gather(file, _context, options, found) {
    const services = servicesAt(file, found, 'logging');
    const { at, names, related } = gatheredServices(file, services, found, 'has no max-size for its logs');
    return {
      at,
      message: `the log files of ${names} grow until the disk is full: no max-size is set`,
      related,
      fixes: () => rotationOfAll(file, services, options),
    };
  },
});

interface Rotation {
  readonly maxSize: string;
  readonly maxFile: number;
}

function rotationFixes(file: Compose, service: Service, rotation: Rotation): Fix[] {
  if (entryAt(service.node, 'logging')) return completed(file, service, rotation);
  const known = rotatingAnchor(file, service.entry.value?.span.start ?? 0);
  if (known) return unsafe(`Rotate the logs as ${known} says`, setLogging(file, service, `*${known}`));
  return unsafe(`Rotate the logs of ${service.name.text}`, setLogging(file, service, settings(rotation)));
}

/** By one anchor where several say nothing of their logs; what says something is completed where it stands. */
function rotationOfAll(file: Compose, services: readonly Service[], rotation: Rotation): Fix[] {
  const changed = changedThemselves(services, 'logging');
  const silent = changed.filter(it => !entryAt(it.node, 'logging'));
  const isKnown = silent.every(it => rotatingAnchor(file, it.entry.value?.span.start ?? 0));
  const anchored = silent.length > 1 && !isKnown ? shared(file, silent, rotation) : [];
  const others = anchored.length === 0 ? changed : changed.filter(it => !silent.includes(it));
  const each = others.flatMap(service => rotationFixes(file, service, rotation));
  const how = anchored.length > 0 && others.length === 0 ? ' with one anchor' : '';
  const edits = editsOfAll([...anchored, ...each]);
  return edits.length === 0 ? [] : unsafe(`Rotate the logs of all ${services.length} services${how}`, edits);
}

function unsafe(title: string, edits: readonly Edit[] | undefined): Fix[] {
  return edits ? [{ title, safety: 'unsafe', edits }] : [];
}

function settings({ maxSize, maxFile }: Rotation, anchor?: string): NewMapping {
  const options = { entries: { 'max-size': maxSize, 'max-file': `"${maxFile}"` } };
  return { ...(anchor !== undefined && { anchor }), entries: { driver: 'json-file', options } };
}

function setLogging(
  file: Compose,
  service: Service,
  value: string | NewMapping,
): readonly Edit[] | undefined {
  const { value: own } = service.entry;
  return own?.kind === 'mapping' ? setAt(file, own, ['logging'], value) : undefined;
}

/** One anchor at the top of the file, and an alias to it in every service that has nothing yet. */
function shared(file: Compose, services: readonly Service[], rotation: Rotation): Fix[] {
  const anchor = freeName('default-logging', name =>
    new RegExp(`&${escapedForPattern(name)}(?![\\w-])`).test(file.text),
  );
  const key = freeName('x-logging', name => entryAt(file.root, name) !== undefined);
  const top = addBeforeServices(file, key, settings(rotation, anchor));
  const start = entryAt(file.root, 'services')?.span.start ?? 0;
  // An alias must come after its anchor, and a service that is an alias itself may be above.
  if (!top || services.some(({ entry }) => (entry.value?.span.start ?? 0) < start)) return [];
  const aliases = new Map<number, readonly Edit[]>();
  for (const service of services) {
    const edits = setLogging(file, service, `*${anchor}`);
    if (!edits) return [];
    // Services that are one anchor's aliases are one text.
    aliases.set(edits[0]?.span.start ?? 0, edits);
  }
  return unsafe('Rotate the logs with one anchor', [...top, ...[...aliases.values()].flat()]);
}

function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  let name = wanted;
  for (let n = 2; isTaken(name); n++) name = `${wanted}-${n}`;
  return name;
}

/** Adds what is missing to the logging that the service uses, also where an anchor brings it to several. */
function completed(file: Compose, service: Service, rotation: Rotation): Fix[] {
  const logging = mappingAt(service.node, 'logging');
  if (!logging) return [];
  const { options } = settings(rotation).entries;
  const edits = entryAt(logging, 'options')
    ? setAt(file, logging, ['options', 'max-size'], rotation.maxSize)
    : setAt(file, logging, ['options'], options ?? '');
  return unsafe(`Rotate the log file at ${rotation.maxSize}`, edits);
}
