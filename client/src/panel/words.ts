// How the panel says figures.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The units of an age, the largest first: `from` is the youngest age, in milliseconds, that is told in it. */
const UNITS = [
  { from: 2 * 365 * DAY, length: 365 * DAY, one: 'year', many: 'years' },
  { from: 60 * DAY, length: 30 * DAY, one: 'month', many: 'months' },
  { from: 14 * DAY, length: 7 * DAY, one: 'week', many: 'weeks' },
  { from: 2 * DAY, length: DAY, one: 'day', many: 'days' },
  { from: HOUR, length: HOUR, one: 'h', many: 'h' },
  { from: MINUTE, length: MINUTE, one: 'min', many: 'min' },
] as const;

/**
 * `just now`, `5 min ago`, `3 h ago`, `2 days ago`.
 *
 * @param then milliseconds since the epoch, as `now`
 */
export function age(then: number, now: number): string {
  const passed = now - then;
  const unit = UNITS.find(({ from }) => passed >= from);
  return unit ? `${count(Math.floor(passed / unit.length), unit.one, unit.many)} ago` : 'just now';
}

/**
 * Milliseconds from `now` until `age` says something else of `then`.
 *
 * @param then milliseconds since the epoch, as `now`
 */
export function ageLasts(then: number, now: number): number {
  const passed = now - then;
  const index = UNITS.findIndex(({ from }) => passed >= from);
  const unit = UNITS[index];
  if (!unit) return MINUTE - passed;
  const nextFigure = unit.length - (passed % unit.length);
  const nextUnit = UNITS[index - 1];
  return nextUnit ? Math.min(nextFigure, nextUnit.from - passed) : nextFigure;
}

/** `1 layer`, `4 layers`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
