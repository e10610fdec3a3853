import { oncePer } from '../text/once-per';
import type { Compose, Mapping, Service } from './model';
import { entryAt, scalarAt } from './query';

/** Drivers that write a file that grows without end unless they are told to rotate it. */
const GROWING = new Set(['json-file']);

/**
 * True where the engine would keep every line that the service ever writes, as far as the file tells: the default
 * driver or `json-file`, without `max-size`. `local` rotates by itself, the others keep nothing here.
 */
export function keepsAllLogs({ node }: Service): boolean {
  const logging = entryAt(node, 'logging');
  if (!logging) return true;
  return logging.value?.kind === 'mapping' && logging.tag === undefined && growsWithoutEnd(logging.value);
}

function growsWithoutEnd(logging: Mapping): boolean {
  const driver = scalarAt(logging, 'driver')?.text ?? 'json-file';
  return GROWING.has(driver) && !rotates(logging);
}

function rotates(logging: Mapping): boolean {
  return entryAt(logging, 'options', 'max-size') !== undefined;
}

/**
 * The name of an anchor on a logging mapping with rotation, at the top level (`x-logging`) or in a service, that
 * is before `offset`, as it must for an alias there.
 */
export function rotatingAnchor(file: Compose, offset: number): string | undefined {
  return rotatingAnchors(file).find(value => value.span.end <= offset)?.anchor;
}

/** Only those that are before all that are preferred to them: no other is ever chosen. */
const rotatingAnchors = oncePer((file: Compose): readonly Mapping[] => {
  const tops = (file.root?.entries ?? []).filter(entry => entry.key.text.startsWith('x-'));
  const inTops = tops.flatMap(entry => [
    entry,
    ...(entry.value?.kind === 'mapping' ? entry.value.entries : []),
  ]);
  const inServices = file.services.flatMap(({ node }) => entryAt(node, 'logging') ?? []);
  const fitting = [...inTops, ...inServices]
    .map(entry => entry.value)
    .filter(value => value?.kind === 'mapping')
    .filter(value => value.anchor !== undefined && isLogging(value));
  let first = Number.POSITIVE_INFINITY;
  return fitting.filter(({ span: at }) => {
    const isBefore = at.end < first;
    first = Math.min(first, at.end);
    return isBefore;
  });
});

function isLogging(mapping: Mapping): boolean {
  const keys = mapping.entries.map(({ key }) => key.text);
  return rotates(mapping) && keys.every(key => key === 'driver' || key === 'options');
}
