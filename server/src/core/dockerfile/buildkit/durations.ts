/** Nanoseconds of each unit of Go's durations. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
};

/** Seconds of a duration as Go writes it, `1m30s`; undefined where it is none. Units are needed: `30` is none. */
export function goDuration(text: string): number | undefined {
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return 0;
  if (unsigned === '') return undefined;
  let nanoseconds = 0;
  for (let rest = unsigned; rest !== ''; ) {
    const match = /^(\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(ns|us|µs|\u03bcs|ms|s|m|h)/.exec(rest);
    if (!match) return undefined;
    nanoseconds += Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0);
    rest = rest.slice(match[0].length);
  }
  // Go holds durations in 63 bits of nanoseconds.
  if (nanoseconds >= 2 ** 63) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (nanoseconds / 1e9);
}
