export interface Measurement {
  readonly title: string;
  readonly figure: string;
  readonly limit?: { readonly text: string; readonly holds: boolean };
}

export function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** How long something takes, in milliseconds. */
export async function timed(run: () => unknown): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

/** Processor time as a share of an earlier build's. */
export function share(title: string, own: number, before: number, most: number): Measurement {
  const ratio = own / before;
  return {
    title,
    figure: `${ratio.toFixed(2)}×`,
    limit: { text: `at most ${most}×`, holds: ratio <= most },
  };
}
