import assert from 'node:assert/strict';

/** Below this, in milliseconds, a time says more about the machine than about the text. */
const FLOOR = 60;
/** Four times the text may take this many times as long: the collector of garbage does not grow evenly. */
const MOST_GROWTH = 6;

/**
 * Fails where a text of four times the length takes much more than four times the time of the processor, the better of
 * two runs each.
 *
 * @param make the text of a size
 * @param size of the smaller text: where time grows by the square, the larger one takes seconds
 */
export function assertLinear(make: (size: number) => string, read: (text: string) => void, size = 12_500) {
  read(make(100));
  const small = timeOf(make(size), read);
  const large = timeOf(make(size * 4), read);
  const limit = MOST_GROWTH * Math.max(small, FLOOR);
  assert.ok(
    large <= limit,
    `${Math.round(small)} ms for ${size}, ${Math.round(large)} ms for four times as much`,
  );
}

function timeOf(text: string, read: (text: string) => void): number {
  const times = [0, 1].map(() => {
    const start = process.cpuUsage();
    read(text);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}
