// How the panel says figures.
import { formatBytes } from '../../../server/src/core/text/bytes';

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

/**
 * `12 MB`; `about 12 MB` where the engine does not count the bytes of files.
 *
 * @param bytes of an image or of a part of it
 */
export function sizeOf({ sizes }: { readonly sizes?: 'estimated' }, bytes: number): string {
  return `${sizes === 'estimated' && bytes > 0 ? 'about ' : ''}${formatBytes(bytes)}`;
}

/** `1 layer`, `4 layers`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/**
 * `0.7 s`, `19 s`, `2 min 5 s`.
 *
 * @param milliseconds a length of time
 */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const rest = whole % 60;
  return rest === 0 ? `${Math.floor(whole / 60)} min` : `${Math.floor(whole / 60)} min ${rest} s`;
}
