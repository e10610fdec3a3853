import { isOwn, setAt } from '../../compose/edit';
import type { Compose, Entry, Mapping, Scalar, Service } from '../../compose/model';
import { entryAt, scalarAt } from '../../compose/query';
import { type Edit, insert, replace } from '../../text/edit';
import { type Lines, linesOf } from '../../text/lines';
import { contains, span, textAt } from '../../text/span';

/** Keys of a `build` that can be written again beside an anchor's. */
const PLAIN: readonly string[] = ['context', 'dockerfile'];

/**
 * Makes a service build another Dockerfile, and changes nothing else about its build.
 *
 * @param dockerfile as Compose wants it: relative to the build context
 * @param changing all services whose Dockerfile changes: an anchor may be theirs only
 * @returns undefined where others take the build over, or it is written in a form that cannot be edited
 */
export function buildInstead(
  file: Compose,
  service: Service,
  dockerfile: string,
  changing: readonly Service[],
): readonly Edit[] | undefined {
  const { build, entry } = service;
  if (!build || entry.value?.kind !== 'mapping' || entry.aliased || build.entry.tag !== undefined)
    return undefined;
  const node = entry.value;
  // A file that is JSON too must stay so.
  if (file.text.charAt(build.entry.key.span.start) === '"') return undefined;
  const isShared = file.services.some(other => other !== service && other.node === node);
  if (isShared || isTakenOver(file, build.entry, changing)) return undefined;
  if (!isOwn(node, build.entry)) return ownBuild(file, node, build.entry, dockerfile);
  const { value } = build.entry;
  if (value?.kind === 'mapping' && !build.entry.aliased) return setDockerfile(file, value, dockerfile);
  return value?.kind === 'list' || !value ? undefined : mappingInstead(file, node, build.entry, dockerfile);
}

/** Whether something refers to the build by an anchor that is no build of these services. */
function isTakenOver(file: Compose, { span: at }: Entry, changing: readonly Service[]): boolean {
  const builds = changing.flatMap(({ entry, build }) =>
    build && entry.value?.kind === 'mapping' && isOwn(entry.value, build.entry) ? [build.entry] : [],
  );
  return file.aliases.some(
    alias =>
      at.start <= alias.target &&
      alias.target < at.end &&
      !builds.some(it => it.aliased && contains(it.span, alias.span)),
  );
}

function setDockerfile(file: Compose, build: Mapping, dockerfile: string): readonly Edit[] | undefined {
  const entry = entryAt(build, 'dockerfile');
  const own = { ...build, entries: build.entries.filter(it => isOwn(build, it)) };
  if (!entry || !isOwn(build, entry)) return setAt(file, own, ['dockerfile'], dockerfile, ['context']);
  const { value } = entry;
  if (value?.kind !== 'scalar' || entry.aliased || /literal|folded/.test(value.style)) return undefined;
  const quote = /^["']/.exec(textAt(file.text, value.span))?.[0] ?? '';
  return [replace(value.span, quote + dockerfile + quote)];
}

/** `build: .` and `build: *image` become a mapping that says the same, and the Dockerfile. */
function mappingInstead(
  file: Compose,
  node: Mapping,
  { key, value, span: at, aliased }: Entry,
  dockerfile: string,
): readonly Edit[] | undefined {
  const behind = textAt(file.text, span(key.span.end, at.end));
  const colon = behind.indexOf(':');
  const written = behind.slice(colon + 1).trim();
  if (colon !== 0 || /[\r\n]/.test(written) || written === '') return undefined;
  const first = aliased && value?.kind === 'mapping' ? `<<: ${written}` : `context: ${written}`;
  const begin = key.span.end;
  if (node.flow) return [replace(span(begin, at.end), `: { ${first}, dockerfile: ${dockerfile} }`)];
  const lines = linesOf(file.text);
  const indent = `${' '.repeat(lines.at(key.span.start).character)}${unitOf(file, lines)}`;
  const text = `:${lines.eol}${indent}${first}${lines.eol}${indent}dockerfile: ${dockerfile}`;
  return [replace(span(begin, at.end), text)];
}

/** A build of its own beside one that a merge key or `extends` brings. */
function ownBuild(
  file: Compose,
  node: Mapping,
  { value }: Entry,
  dockerfile: string,
): readonly Edit[] | undefined {
  const own = { ...node, entries: node.entries.filter(it => isOwn(node, it)) };
  const context = value?.kind === 'mapping' ? scalarAt(value, 'context') : value;
  if (context?.kind !== 'scalar') return undefined;
  if (value?.kind === 'mapping') {
    if (value.anchor !== undefined)
      return setAt(file, own, ['build'], { entries: { '<<': `*${value.anchor}`, dockerfile } });
    if (value.entries.some(it => !PLAIN.includes(it.key.text))) return undefined;
  }
  return setAt(file, own, ['build'], { entries: { context: textAt(file.text, context.span), dockerfile } });
}

/** One level of indentation. */
function unitOf(file: Compose, lines: Lines): string {
  const top = file.root?.entries.find(entry => entry.key.text === 'services')?.value;
  const columns = top?.kind === 'mapping' && !top.flow ? lines.at(top.span.start).character : 0;
  return ' '.repeat(columns > 0 ? columns : 2);
}

/** Gives the image of a service another name. Undefined where others take the name over. */
export function renameImage(file: Compose, service: Service, name: string): readonly Edit[] | undefined {
  const entry = entryAt(service.node, 'image');
  const own = ownScalar(service, entry);
  if (!own || isReferredTo(file, own)) return undefined;
  const quote = /^["']/.exec(textAt(file.text, own.span))?.[0] ?? '';
  return [replace(own.span, quote + name + quote)];
}

/**
 * Makes a service that takes an image by its name build one of its own.
 *
 * @param context as the builder of the other image has it
 */
export function buildBesideImage(
  file: Compose,
  service: Service,
  name: string,
  context: string,
  dockerfile: string,
): readonly Edit[] | undefined {
  const entry = entryAt(service.node, 'image');
  const renamed = renameImage(file, service, name);
  if (!entry || !renamed || service.node.flow) return undefined;
  const lines = linesOf(file.text);
  const indent = ' '.repeat(lines.at(entry.key.span.start).character);
  const inner = indent + unitOf(file, lines);
  const before = ['build:', `${inner}context: ${context}`, `${inner}dockerfile: ${dockerfile}`, indent].join(
    lines.eol,
  );
  return [insert(entry.key.span.start, before), ...renamed];
}

function ownScalar({ entry: service }: Service, entry: Entry | undefined): Scalar | undefined {
  if (service.value?.kind !== 'mapping' || service.aliased || !entry || entry.aliased) return undefined;
  const isPlain = entry.value?.kind === 'scalar' && !/literal|folded/.test(entry.value.style);
  return isPlain && isOwn(service.value, entry) ? (entry.value as Scalar) : undefined;
}

function isReferredTo(file: Compose, { span: at }: Scalar): boolean {
  return file.aliases.some(({ target }) => at.start <= target && target < at.end);
}
