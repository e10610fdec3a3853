import data from './bytecode-weights.json';
import { entryOf } from './table';

/** Bytes of bytecode that pip compiles of a package's own modules; undefined where they are light, or not known. */
export function bytecodeBytes(distribution: string): number | undefined {
  return entryOf(data.bytes, distribution);
}

/** What was measured, and when. */
export function bytecodeMeasured(): string {
  return data.measured;
}
