// What the page of a proof shows, from what `plimsoll prove` tells. Pure.
import { formatBytes } from '../../../server/src/core/text/bytes';
import type { ProofMeasure, ProofReport, ProofTotals, ProofUnitReport } from '../../../server/src/protocol';
import type { FailureNote, Highlight, ProofPage, ProofPart, ProofRow } from './proof-messages';
import { count, duration } from './words';

/** What was proven. */
export interface ProofSubject {
  readonly title: string;
  /** As a person would write its path. */
  readonly file: string;
  readonly applies: boolean;
}

interface Kind {
  readonly show: (figure: number) => string;
  /** `76 % smaller`, of two figures that differ. */
  readonly change: (was: number, is: number) => string;
  /** True where less is not better. */
  readonly neutral?: true;
  /** By how much a figure may differ and still be called the same. */
  readonly noise: (was: number) => number;
}

const size: Kind = {
  show: formatBytes,
  change: (was, is) => `${percent(was, is)} ${is < was ? 'smaller' : 'larger'}`,
  noise: () => 0,
};

/** A Dockerfile that grows by some lines is in its own context. */
const context: Kind = { ...size, noise: () => 4096 };

/** From one run to the next, engines differ by a few percent, and by up to a second where little is to be done. */
const time: Kind = { show: duration, change: pace, noise: was => Math.max(1000, was * 0.05) };

const number: Kind = {
  show: String,
  change: (was, is) => `${Math.abs(was - is)} ${is < was ? 'fewer' : 'more'}`,
  noise: () => 0,
};

/** More layers of the same bytes weigh nothing, and often are what a build can keep. */
const layers: Kind = { ...number, neutral: true };

/** A figure of something that was measured; undefined where it was not. */
interface Figure<Source> {
  readonly name: string;
  readonly of: (source: Source) => number | undefined;
  readonly kind: Kind;
  /** Whether people ask for it first. */
  readonly leads?: true;
}

const FIGURES: readonly Figure<ProofMeasure>[] = [
  { name: 'Image size', of: it => it.bytes, kind: size, leads: true },
  { name: 'Layers', of: it => it.image.layers, kind: layers },
  { name: 'Build context', of: it => it.contextBytes, kind: context },
  { name: 'Build without a cache', of: it => it.buildTime, kind: time },
  { name: 'Rebuild after a code change', of: it => it.rebuildTime, kind: time, leads: true },
  { name: 'Start until ready', of: it => it.started.milliseconds, kind: time, leads: true },
  { name: 'Code change until ready', of: it => it.changeTime, kind: time },
];

const TOTALS: readonly Figure<ProofTotals>[] = [
  { name: 'Different images', of: it => it.images, kind: number, leads: true },
  { name: 'All images', of: it => it.bytes, kind: size, leads: true },
  { name: 'Building them all without a cache', of: it => it.buildTime, kind: time, leads: true },
];

/** The result of a proof as a page: what is gained first, then every figure of every service. */
export function proofPage(report: ProofReport, { title, file, applies }: ProofSubject): ProofPage {
  const units = report.units.flatMap(compared);
  const isOne = units.length === 1;
  const parts = units.map(({ name, before, after }) => ({
    name,
    rows: [...rowsOf(FIGURES, before, after), startRow(before, after)],
  }));
  const { before, after } = report.totals;
  const all = { name: 'All together', rows: rowsOf(TOTALS, before, after) };
  const failures = report.units.flatMap(failuresOf);
  const highlights = highlightsOf(isOne ? parts : units.length > 1 ? [all] : []);
  return {
    title,
    file,
    applies,
    highlights,
    parts: units.length > 1 ? [all, ...parts] : parts,
    failures,
    notes: notesOf(report),
    spoken: spoken(title, highlights, failures),
  };
}

interface Compared {
  readonly name: string;
  readonly before: ProofMeasure;
  readonly after: ProofMeasure;
}

function compared({ name, before, after }: ProofUnitReport): Compared[] {
  return before?.kind === 'measured' && after?.kind === 'measured' ? [{ name, before, after }] : [];
}

function rowsOf<Source>(figures: readonly Figure<Source>[], before: Source, after: Source): ProofRow[] {
  return figures.flatMap(({ name, of, kind }) => {
    const [was, is] = [of(before), of(after)];
    return was === undefined && is === undefined ? [] : [rowOf(name, was, is, kind)];
  });
}

function rowOf(figure: string, was: number | undefined, is: number | undefined, kind: Kind): ProofRow {
  const shown = (value: number | undefined) => (value === undefined ? 'not measured' : kind.show(value));
  const words = { figure, before: shown(was), after: shown(is) };
  if (was === undefined || is === undefined) return { ...words, change: '', verdict: 'neutral' };
  const most = Math.max(was, is, Number.EPSILON);
  return { ...words, ...comparison(was, is, kind), bars: { before: was / most, after: is / most } };
}

function comparison(
  was: number,
  is: number,
  { show, change, noise, neutral }: Kind,
): Pick<ProofRow, 'change' | 'verdict'> {
  if (show(was) === show(is)) return { change: 'the same', verdict: 'same' };
  if (Math.abs(is - was) <= noise(was)) return { change: 'about the same', verdict: 'same' };
  const verdict = is < was ? 'better' : 'worse';
  return { change: change(was, is), verdict: neutral ? 'neutral' : verdict };
}

/** How it was told that the container is up, and what its own health check says. */
function startRow(before: ProofMeasure, after: ProofMeasure): ProofRow {
  return { figure: 'Health', before: health(before), after: health(after), change: '', verdict: 'neutral' };
}

function health({ started }: ProofMeasure): string {
  if (started.healthy === undefined) return started.by;
  return `${started.by}, its own check ${started.healthy ? 'passes' : 'fails'}`;
}

const LEADING = new Set([...FIGURES, ...TOTALS].filter(({ leads }) => leads).map(({ name }) => name));

function highlightsOf(parts: readonly ProofPart[]): Highlight[] {
  const rows = parts.flatMap(part => part.rows).filter(({ figure, bars }) => bars && LEADING.has(figure));
  return rows.map(({ figure, change, verdict, before, after }) => ({
    figure,
    change,
    verdict,
    detail: before === after ? after : `${before} → ${after}`,
  }));
}

function failuresOf({ name, before, after }: ProofUnitReport): FailureNote[] {
  const states = [
    { outcome: before, when: 'before the change' },
    { outcome: after, when: 'after the change' },
  ];
  return states.flatMap(({ outcome, when }) =>
    outcome?.kind === 'failed'
      ? [
          {
            title: `${name} could not be ${outcome.doing === 'building' ? 'built' : 'started'} ${when}`,
            because: outcome.because,
          },
        ]
      : [],
  );
}

function notesOf({ written, standIn }: ProofReport): string[] {
  return [
    written.length > 0 ? `The change writes ${written.join(', ')}.` : 'There was nothing to change.',
    'Both versions were built without a cache and started on their own; times depend on the machine and its load.',
    'The size counts the image, and what its container writes to its own layer at the start.',
    ...(standIn ? ['The base images are substitutes for the official ones, before and after.'] : []),
  ];
}

function spoken(title: string, highlights: readonly Highlight[], failures: readonly FailureNote[]): string {
  const gains = highlights.map(({ figure, change }) => `${figure}: ${change}`);
  const failed = failures.length > 0 ? [count(failures.length, 'failure')] : [];
  return `Proof of ${title}. ${[...gains, ...failed].join(', ') || 'Nothing could be compared'}.`;
}

/** `76 %`; what is not nothing is never `0 %`. */
function percent(was: number, is: number): string {
  const share = Math.abs(is - was) / Math.max(was, Number.EPSILON);
  return share < 0.01 ? 'under 1 %' : `${Math.round(share * 100)} %`;
}

/** `28× faster` from twice on, `30 % faster` below. */
function pace(was: number, is: number): string {
  const [word, ratio]: [string, number] = is < was ? ['faster', was / is] : ['slower', is / was];
  if (ratio < 2) return `${percent(was, is)} ${word}`;
  return `${ratio < 9.95 ? Math.round(ratio * 10) / 10 : Math.round(ratio)}× ${word}`;
}
