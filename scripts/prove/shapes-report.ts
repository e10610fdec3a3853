import { percent } from '../../server/src/cli/format/proof';
import { formatBytes } from '../../server/src/core/text/bytes';
import type { Started } from '../../server/src/prove/measure';
import type { Measured, Proof } from '../../server/src/prove/proof';
import { compared, failures } from '../../server/src/prove/summary';
import { cell } from './cell';
import { failureSentence } from './failure';
import { type Shape, shapes } from './shapes';
import { STAND_INS } from './stand-in-note';

/** A shape that was proven. */
export interface ProvenShape {
  readonly name: string;
  readonly shape: Shape;
  readonly proof: Proof;
  /** Why there was no proof: the conversion is not offered, or the engine went. */
  readonly because?: string;
}

const HEADER = ['project', 'shape', 'conversion', 'service', 'before', 'after', 'gain', 'afterwards'];

/** One table of all shapes, a line for each image, and what went wrong. */
export function shapesSection(proven: readonly ProvenShape[]): string {
  const rows = proven.flatMap(shapeRows);
  const table = [HEADER, HEADER.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');
  const wrong = proven.flatMap(shapeFailures);
  const dockerfiles = proven.reduce((total, { proof }) => total + proof.units.length, 0);
  const standIn = proven.some(({ proof }) => proof.standIn) ? ` ${STAND_INS}` : '';
  return [
    '## shapes: The ways that people write Dockerfiles',
    `\`npm run prove -- --shapes\` converts a copy of every project in [test/corpus](../test/corpus), builds and starts both versions in a real engine, and runs their health checks: ${proven.length} of ${Object.keys(shapes).length} projects, ${dockerfiles} services, ${wrong.length} failures.${standIn}`,
    table,
    ...(wrong.length > 0 ? [`Failures:\n\n${wrong.map(it => `- ${it}`).join('\n')}`] : []),
  ].join('\n\n');
}

function shapeRows({ name, shape, proof }: ProvenShape): string[][] {
  return compared(proof).map(unit => {
    const { before, after } = unit;
    return [
      `[${name}](../test/corpus/${name})`,
      shape.what,
      `\`${shape.conversion}\``,
      unit.name === shape.file ? '' : cell(unit.name),
      formatBytes(before.bytes),
      formatBytes(after.bytes),
      before.image.id === after.image.id ? '' : percent(before.bytes, after.bytes),
      outcome(after.started),
    ];
  });
}

function outcome({ by, healthy }: Started): string {
  return healthy === undefined ? by : `${by}, its check ${healthy ? 'passes' : 'fails'}`;
}

/** What could not be built or started, and checks that fail, as sentences; empty where all is well. */
export function shapeFailures({ name, proof, because }: ProvenShape): string[] {
  if (proof.units.length === 0) return [`${name}: ${failureSentence(because ?? 'nothing is built')}`];
  const failed = failures(proof).map(
    it => `${name}, ${it.name}, ${it.state}: ${failureSentence(it.because)}`,
  );
  return [
    ...failed,
    ...compared(proof).flatMap(unit => differences(unit).map(it => `${name}, ${unit.name}: ${it}`)),
  ];
}

function differences({ before, after }: { before: Measured; after: Measured }): string[] {
  const checks = [
    ...(before.started.healthy === false ? ['its check fails before'] : []),
    ...(after.started.healthy === false ? ['its check fails afterwards'] : []),
  ];
  const was = before.started.by;
  const is = after.started.by;
  const sameOutcome = was === is || is === 'its health endpoint answers';
  return sameOutcome ? checks : [...checks, `before, ${was}; afterwards, ${is}`];
}
