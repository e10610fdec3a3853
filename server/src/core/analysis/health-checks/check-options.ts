import type { Healthcheck } from '../../dockerfile/model';

/** The timing of a health check, in milliseconds; undefined where a variable decides it. */
export interface CheckTiming {
  readonly interval: number | undefined;
  readonly timeout: number | undefined;
  readonly startPeriod: number | undefined;
  readonly retries: number | undefined;
}

/** What the engine takes where nothing is said. Source: https://docs.docker.com/reference/dockerfile/#healthcheck */
const DEFAULTS = { interval: 30_000, timeout: 30_000, startPeriod: 0, retries: 3 } as const;

/** The options of a HEALTHCHECK with the engine's defaults for those that it leaves out. */
export function checkTiming({ flags }: Healthcheck): CheckTiming {
  const duration = (name: string, fallback: number) => {
    const flag = flags.find(it => it.name === name);
    return flag ? milliseconds(flag.value ?? '') : fallback;
  };
  const retries = flags.find(it => it.name === 'retries');
  return {
    interval: duration('interval', DEFAULTS.interval),
    timeout: duration('timeout', DEFAULTS.timeout),
    startPeriod: duration('start-period', DEFAULTS.startPeriod),
    retries: retries ? wholeNumber(retries.value ?? '') : DEFAULTS.retries,
  };
}

function wholeNumber(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

/** `1m30s` as Go reads durations; undefined for anything else. */
export function milliseconds(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:h|ms?|us|\u00b5s|ns|s))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)([a-z\u00b5]*)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
}

/** `30s`, `5m`, `1m30s`: as people write it. */
export function durationInWords(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 1) return `${ms}ms`;
  const minutes = Math.floor(seconds / 60);
  const rest = seconds - minutes * 60;
  return `${minutes > 0 ? `${minutes}m` : ''}${rest > 0 || minutes === 0 ? `${rest}s` : ''}`;
}
