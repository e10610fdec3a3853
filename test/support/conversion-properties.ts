// What must hold of every conversion that is offered for any file.
import { isDeepStrictEqual } from 'node:util';
import type { Offer } from '../../server/src/core/finding';
import { conversions } from '../../server/src/core/lint';
import { languageOf } from '../../server/src/core/project/language';
import type { Conversion } from '../../server/src/core/rule';
import { type CaseFiles, contextFor } from './facts';
import { changedMeaning, wordsOf } from './kept-meaning';
import { parsed } from './parsed';
import { type Project, subjectsOf } from './projects';
import {
  changedPaths,
  filesAfter,
  lostComments,
  needlessEdits,
  newErrors,
  newProblems,
  otherLineEnds,
} from './rewritten';
import { type Variant, variants } from './variants';

export interface Offered {
  readonly conversion: Conversion;
  readonly offer: Offer;
}

export function offersFor(project: Project, path: string, only?: Conversion): Offered[] {
  const file = parsed(path, project.files[path] ?? '');
  if (!file) return [];
  const context = contextFor(path, project.files, project.images);
  return conversions(file, context, only && [only]).flatMap(({ conversion, offers }) =>
    offers.map(offer => ({ conversion, offer })),
  );
}

/** The files of a project after one conversion of one of them. */
export interface Converted {
  readonly conversion: Conversion;
  /** Tells it apart from others of the same file. */
  readonly name: string;
  readonly after: CaseFiles;
  /** What is wrong with it, in words. */
  readonly faults: readonly string[];
}

export function convert(project: Project, path: string): Converted[] {
  return offersFor(project, path).map(one => ({
    conversion: one.conversion,
    name: nameOf(one),
    ...outcome(project, path, one),
  }));
}

/** Tells an offer apart from others of the same file. */
export function nameOf({ conversion, offer }: Offered): string {
  return offer.subject ? `${conversion.meta.id} of ${offer.subject}` : conversion.meta.id;
}

function outcome(
  project: Project,
  path: string,
  { conversion, offer }: Offered,
): Omit<Converted, 'conversion' | 'name'> {
  const { files, images } = project;
  const changes = offer.changes();
  let after: CaseFiles;
  try {
    after = filesAfter(files, changes);
  } catch (error) {
    return { after: files, faults: [`its edits cannot be applied: ${error}`] };
  }
  const again = offersFor({ ...project, files: after }, path, conversion);
  const faults = [
    ...newProblems(files, after),
    ...changedMeaning(conversion, files, after),
    ...again
      .filter(it => it.offer.subject === offer.subject)
      .map(() => 'it is offered again on its own result'),
    ...newErrors(files, after, images),
    ...lostComments(files, after),
    ...otherLineEnds(files, after),
    ...needlessEdits(files, changes),
    ...(changedPaths(files, after).length === 0 ? ['it changes nothing'] : []),
  ];
  return { after, faults };
}

/** A project with all its files of the subject's language written otherwise; undefined where the subject cannot be. */
export function rewritten(project: Project, path: string, { write }: Variant): Project | undefined {
  const language = languageOf(path);
  const written = subjectsOf(project)
    .filter(it => languageOf(it) === language)
    .map(it => [it, write(project.files[it] ?? '', it) ?? project.files[it] ?? ''] as const);
  const files = { ...project.files, ...Object.fromEntries(written) };
  return files[path] === project.files[path] ? undefined : { ...project, files };
}

export function variantsOf(path: string): readonly Variant[] {
  return variants[languageOf(path) === 'compose' ? 'compose' : 'dockerfile'];
}

/** What a conversion makes otherwise of a file because it is written otherwise. Declining is no fault. */
export function differences(
  { files }: Project,
  other: Project,
  variant: Variant,
  [plain, written]: readonly [readonly Converted[], readonly Converted[]],
): string[] {
  return written.flatMap(({ name, after }) => {
    const same = plain.find(it => it.name === name);
    if (!same) return [`${name} is offered only there`];
    const [expected, found] = [saidIn(same.after, files, variant), saidIn(after, other.files, variant)];
    return isDeepStrictEqual(found, expected) || (variant.mayKeepSteps && holdsAll(found, expected))
      ? []
      : [`${name} makes something else: ${JSON.stringify(found)} and not ${JSON.stringify(expected)}`];
  });
}

function saidIn(after: CaseFiles, before: CaseFiles, { adds }: Variant): Record<string, unknown> {
  const said = changedPaths(before, after).map(path => {
    const words = wordsOf(path, after[path] ?? '');
    return [path, adds && Array.isArray(words) ? words.map(it => without(adds, it)).filter(Boolean) : words];
  });
  return Object.fromEntries(said);
}

/** True where all that is expected is said, in that order, and only RUNs stand in between. */
function holdsAll(found: Record<string, unknown>, expected: Record<string, unknown>): boolean {
  return Object.entries(expected).every(([path, words]) => {
    const said = found[path];
    if (!Array.isArray(words) || !Array.isArray(said)) return isDeepStrictEqual(said, words);
    const rest = [...words];
    const more = said.filter(it => (isDeepStrictEqual(it, rest[0]) ? rest.shift() === undefined : true));
    return rest.length === 0 && more.every(it => String(it).startsWith('RUN '));
  });
}

function without(added: RegExp, words: unknown): string {
  return String(words).replaceAll(added, '');
}
