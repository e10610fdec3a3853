import data from './package-weights.json';
import { entryOf } from './table';

/** What a distribution weighs when pip has installed its wheel, without bytecode, in bytes. */
export interface PackageWeight {
  readonly version: string;
  /** Its own files. */
  readonly own: number;
  /** With everything that it depends on, extras left out. */
  readonly total: number;
  /** The heavy ones (20 MB and more) of what it depends on. */
  readonly brings: readonly string[];
}

/** @param distribution as indexes compare names */
export function packageWeight(distribution: string): PackageWeight | undefined {
  return entryOf<PackageWeight>(data.packages, distribution);
}

/** Where and when they were measured: `installed on Linux x86_64, Python 3.11 in 2026-11`. */
export function weightsMeasured(): string {
  return `installed on ${data.platform} in ${data.month}`;
}
