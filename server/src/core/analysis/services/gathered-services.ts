import type { Compose, Service } from '../../compose/model';
import { entryAt } from '../../compose/query';
import type { Finding, Fix } from '../../finding';
import { areDisjoint, type Edit } from '../../text/edit';
import { itemAt } from '../../text/in-order';
import { listed } from '../../text/sentence';
import { type Span, span } from '../../text/span';

/** As many services as a message names. */
const NAMED = 6;
/** As many places as a finding points to beside its own. */
const MOST_RELATED = 50;

/** What several services of a file have in common, said once. */
export interface GatheredServices {
  readonly at: Span;
  /** `web, worker and db`; of many the first, and how many more. */
  readonly names: string;
  readonly related: NonNullable<Finding['related']>;
}

/**
 * One finding's place and words for those of several services: it is at the key of all services, where a comment speaks
 * of all.
 *
 * @param lacks as a note says it at each service: `has no memory limit`
 */
export function gatheredServices(
  file: Compose,
  services: readonly Service[],
  found: readonly Finding[],
  lacks: string,
): GatheredServices {
  const names = services.map(it => it.name.text);
  const rest = names.length - NAMED;
  const shown = rest > 1 ? [...names.slice(0, NAMED), `${rest} more`] : names;
  const key = file.root && entryAt(file.root, 'services')?.key.span;
  return {
    at: key ?? found[0]?.at ?? span(0, 0),
    names: listed(shown),
    related: found
      .slice(0, MOST_RELATED)
      .map(({ at }, index) => ({ at, message: `${names[index]} ${lacks}` })),
  };
}

/** The services that findings are about, in the order of the findings: each is at the service's name or at its `key`. */
export function servicesAt({ services }: Compose, found: readonly Finding[], key: string): Service[] {
  const waiting = new Map<number, Service[]>();
  for (const service of services) {
    // Services that are one anchor's aliases have one key.
    for (const at of new Set([service.name.span, entryAt(service.node, key)?.key.span])) {
      if (!at) continue;
      const there = waiting.get(at.start);
      if (there) there.push(service);
      else waiting.set(at.start, [service]);
    }
  }
  return found.flatMap(({ at }) => waiting.get(at.start)?.shift() ?? []);
}

/**
 * The services among some that must be changed themselves: the others take by a merge key what one of those is given.
 *
 * @param key of what they are given; a service that has it already does not take it
 */
export function changedThemselves(services: readonly Service[], key: string): Service[] {
  const places = services
    .flatMap(service => {
      const { value, aliased } = service.entry;
      return value && !aliased ? [{ service, span: value.span }] : [];
    })
    .sort((a, b) => a.span.start - b.span.start);
  return services.filter(service => {
    const own = entryAt(service.node, key);
    if (own && !own.merged) return true;
    return !service.node.entries.some(it => {
      const source = it.merged ? itemAt(places, it.key.span.start) : undefined;
      return source !== undefined && source.service !== service;
    });
  });
}

/** From so many fixes on, those that collide are not told apart: there is no fix of all. */
const MOST_COLLIDING = 200;

/** The edits of several fixes as one; those that would collide with one before are left out. */
export function editsOfAll(fixes: readonly Fix[]): readonly Edit[] {
  const together = different(fixes.flatMap(it => it.edits));
  if (areDisjoint(together)) return together;
  let all: readonly Edit[] = [];
  for (const { edits } of fixes.slice(0, MOST_COLLIDING)) {
    const more = different([...all, ...edits]);
    if (areDisjoint(more)) all = more;
  }
  return all;
}

/** Services that are one anchor's aliases are one text: what is changed for each of them is changed once. */
function different(edits: readonly Edit[]): readonly Edit[] {
  const byText = new Map(edits.map(edit => [`${edit.span.start} ${edit.span.end} ${edit.newText}`, edit]));
  return [...byText.values()];
}
