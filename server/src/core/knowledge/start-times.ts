import type { Runtime } from './service-programs';
import data from './start-times.json';
import { entryOf } from './table';

/** Seconds that a health check should allow what a runtime starts; 0 for what starts at once. */
export function runtimeSeconds(runtime: Runtime): number {
  return data.runtimes[runtime];
}

/** Likewise for Python packages that take long to load themselves, or whose models do; undefined for all others. */
export function packageSeconds(distribution: string): number | undefined {
  return entryOf(data.packages, distribution);
}
