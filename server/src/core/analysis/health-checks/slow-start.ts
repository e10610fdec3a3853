import type { Runtime } from '../../knowledge/service-programs';
import { packageSeconds, runtimeSeconds } from '../../knowledge/start-times';

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
  const own = { because: name, seconds: runtimeSeconds(runtime) };
  const loaded = [...packages].flatMap(one => {
    const seconds = packageSeconds(one);
    return seconds === undefined ? [] : [{ because: `${name} with ${one}`, seconds }];
  });
  const slowest = [own, ...loaded].sort((a, b) => b.seconds - a.seconds)[0];
  return slowest && slowest.seconds > 0 ? slowest : undefined;
}
