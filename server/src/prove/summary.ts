import type { Measured, Proof, UnitProof } from './proof';

/** One state of a whole project: each image counted once, however many units run it. */
export interface Totals {
  readonly images: number;
  /** Of all images, and what the containers write into themselves when they start. */
  readonly bytes: number;
  /** Building them all without a cache, one after the other, in milliseconds. */
  readonly buildTime: number;
}

/** Units that were measured before and after: only these can be compared. */
export interface Compared {
  readonly name: string;
  readonly before: Measured;
  readonly after: Measured;
}

/** The units that were measured in both states, in their order. */
export function compared({ units }: Proof): Compared[] {
  return units.flatMap(({ name, before, after }) =>
    before?.kind === 'measured' && after?.kind === 'measured' ? [{ name, before, after }] : [],
  );
}

/** What could not be built or started, before or after. */
export function failures({ units }: Proof): { name: string; state: 'before' | 'after'; because: string }[] {
  const failed = (unit: UnitProof, state: 'before' | 'after') => {
    const outcome = unit[state];
    return outcome?.kind === 'failed'
      ? [{ name: unit.name, state, because: `${outcome.doing}: ${outcome.because}` }]
      : [];
  };
  return units.flatMap(unit => [...failed(unit, 'before'), ...failed(unit, 'after')]);
}

/** All that is comparable, added up. */
export function totals(units: readonly Compared[], state: 'before' | 'after'): Totals {
  const measured = units.map(unit => unit[state]);
  const images = [...new Map(measured.map(it => [it.image.id, it])).values()];
  return {
    images: images.length,
    bytes: sum(images, it => it.image.bytes) + sum(measured, it => it.started.writtenBytes),
    buildTime: sum(images, it => it.buildTime ?? 0),
  };
}

function sum(all: readonly Measured[], figure: (measured: Measured) => number): number {
  return all.reduce((total, it) => total + figure(it), 0);
}
