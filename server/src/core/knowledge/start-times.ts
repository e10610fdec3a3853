// How long services take from the start of the container until they answer.

import type { Runtime } from './service-programs';

/**
 * Seconds that a health check should allow what a runtime starts. They are allowances for a busy machine, no
 * measurements: failures in this time do not count, and the first success ends it.
 * What a start period is: https://docs.docker.com/reference/dockerfile/#healthcheck
 */
const RUNTIMES: Readonly<Record<Runtime, number>> = {
  native: 0,
  php: 5,
  python: 5,
  node: 5,
  dotnet: 10,
  ruby: 15,
  java: 30,
};

/** Likewise for Python packages that take long to load themselves, or whose models do. */
const SLOW_PACKAGES: Readonly<Record<string, number>> = {
  torch: 40,
  transformers: 40,
  'sentence-transformers': 60,
  tensorflow: 40,
  keras: 40,
  spacy: 20,
  'faiss-cpu': 15,
  'scikit-learn': 10,
  streamlit: 10,
};

/** What makes a service slow to start, and the seconds that it may take. */
export interface SlowStart {
  readonly because: string;
  readonly seconds: number;
}

/** The longest of what is known; undefined for what starts at once. */
export function slowStart(
  runtime: Runtime,
  name: string,
  packages: ReadonlySet<string>,
): SlowStart | undefined {
  const own = { because: name, seconds: RUNTIMES[runtime] };
  const loaded = [...packages]
    .filter(one => Object.hasOwn(SLOW_PACKAGES, one))
    .map(one => ({ because: `${name} with ${one}`, seconds: SLOW_PACKAGES[one] ?? 0 }));
  const slowest = [own, ...loaded].sort((a, b) => b.seconds - a.seconds)[0];
  return slowest && slowest.seconds > 0 ? slowest : undefined;
}
