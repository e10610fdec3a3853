import { formatBytes } from '../../core/text/bytes';
import type { ProofReport } from '../../protocol';
import type { Measured, Proof } from '../../prove/proof';
import { type Compared, compared, failures, totals } from '../../prove/summary';
import type { Output } from './render';

/** What is compared, with how it is read from a measure; undefined where it was not measured. */
const FIGURES: readonly {
  readonly name: string;
  readonly of: (measured: Measured) => number | undefined;
  readonly show: (figure: number) => string;
}[] = [
  { name: 'image size', of: it => it.bytes, show: formatBytes },
  { name: 'layers', of: it => it.image.layers, show: String },
  { name: 'build context', of: it => it.contextBytes, show: formatBytes },
  { name: 'build without a cache', of: it => it.buildTime, show: seconds },
  { name: 'rebuild, one line changed', of: it => it.rebuildTime, show: seconds },
  { name: 'start', of: it => it.started.milliseconds, show: seconds },
  { name: 'code change to running', of: it => it.changeTime, show: seconds },
];

/** A table for people: one block for each unit, then the whole. */
export function formatProofText(proof: Proof): Output {
  const units = compared(proof);
  const lines = [
    ...units.flatMap(unitBlock),
    ...(units.length > 1 ? totalBlock(units) : []),
    // What a build or a container said last has several lines.
    ...failures(proof).flatMap(({ name, state, because }) => {
      const [first = '', ...others] = because.split('\n');
      return [`${name}, ${state}: failed ${first}`, ...others];
    }),
    ...(proof.standIn ? ['the base images are substitutes for the official ones, before and after'] : []),
    proof.written.length > 0 ? `changed: ${proof.written.join(', ')}` : 'nothing was changed',
  ];
  return { kind: 'lines', lines };
}

function unitBlock({ name, before, after }: Compared): string[] {
  const rows = FIGURES.map(({ name: figure, of, show }) => row(figure, of(before), of(after), show));
  return [name, ...rows, `  ${'health'.padEnd(WIDTH)}${health(before)} -> ${health(after)}`, ''];
}

function totalBlock(units: readonly Compared[]): string[] {
  const [was, is] = [totals(units, 'before'), totals(units, 'after')];
  return [
    'all together',
    row('images', was.images, is.images, String),
    row('size', was.bytes, is.bytes, formatBytes),
    row('build without a cache', was.buildTime, is.buildTime, seconds),
    '',
  ];
}

const WIDTH = 28;

function row(
  name: string,
  was: number | undefined,
  is: number | undefined,
  show: (figure: number) => string,
): string {
  const shown = (figure: number | undefined) => (figure === undefined ? '-' : show(figure));
  const change = was && is !== undefined ? `  ${percent(was, is)}` : '';
  return `  ${name.padEnd(WIDTH)}${shown(was)} -> ${shown(is)}${change}`;
}

/** `-38 %` */
export function percent(was: number, is: number): string {
  const share = Math.round((is / was - 1) * 100);
  return `${share > 0 ? '+' : ''}${share} %`;
}

/** A time for people, from milliseconds: `0.4 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function health({ started }: Measured): string {
  if (started.healthy === undefined) return started.by;
  return `${started.by}, its own check ${started.healthy ? 'passes' : 'fails'}`;
}

/** Everything that was measured, for programs: bytes and milliseconds. */
export function formatProofJson(proof: Proof): Output {
  const units = compared(proof);
  const all = { before: totals(units, 'before'), after: totals(units, 'after') };
  const report: ProofReport = { version: 1, ...proof, totals: all };
  return { kind: 'json', value: report };
}
