import type { ProofMeasure, ProofReport, ProofUnitReport } from '../../server/src/protocol';

/** A measure of an image of 412 MB that is built in 69 s and up after 19.5 s. */
export function measure(overrides: Partial<ProofMeasure> = {}): ProofMeasure {
  return {
    kind: 'measured',
    buildTime: 69_200,
    rebuildTime: 41_000,
    changeTime: 60_500,
    started: { milliseconds: 19_500, by: 'its health endpoint answers', healthy: true },
    contextBytes: 8_200_000,
    image: { layers: 9 },
    bytes: 412_000_000,
    ...overrides,
  };
}

/** The same service converted: smaller, and up at once. */
export function better(overrides: Partial<ProofMeasure> = {}): ProofMeasure {
  return measure({
    buildTime: 66_900,
    rebuildTime: 1_400,
    changeTime: 1_900,
    started: { milliseconds: 500, by: 'its health endpoint answers', healthy: true },
    contextBytes: 310_000,
    image: { layers: 11 },
    bytes: 98_000_000,
    ...overrides,
  });
}

export function report(units: readonly ProofUnitReport[], overrides: Partial<ProofReport> = {}): ProofReport {
  const totals = { images: 1, bytes: 0, buildTime: 0 };
  return {
    version: 1,
    units,
    written: ['Dockerfile', '.dockerignore'],
    standIn: false,
    totals: { before: totals, after: totals },
    ...overrides,
  };
}

/** One service, before and after. */
export const oneService = report([{ name: 'web', before: measure(), after: better() }]);
