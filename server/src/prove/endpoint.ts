import type { Dockerfile } from '../core/dockerfile/model';
import { ofKind } from '../core/dockerfile/query';
import { lineage } from '../core/dockerfile/stage-graph';
import { finalState } from '../core/dockerfile/stage-state';

/** What a container answers on once it is up. */
export interface Endpoint {
  readonly port: number;
  /** `/health`; `/` where nothing names one. */
  readonly path: string;
  /** True where a health check names the path: only an answer that is no error counts. */
  readonly isHealthPath: boolean;
}

/**
 * Where a health check asks, else a port that is exposed or published; undefined where there is nothing to ask.
 *
 * @param checks the commands of health checks, the one that counts first
 */
export function endpointOf(checks: readonly string[], ports: readonly number[]): Endpoint | undefined {
  for (const check of checks) {
    const [, port, path] = URL.exec(check) ?? ADDRESS.exec(check) ?? [];
    if (port !== undefined)
      return { port: Number(port), path: path ?? '/', isHealthPath: path !== undefined };
  }
  const [port] = ports;
  return port === undefined ? undefined : { port, path: '/', isHealthPath: false };
}

/** `curl http://localhost:8000/health`, `requests.get('http://127.0.0.1:8000/health')` */
const URL = /(?:http:\/\/)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(\d+)(\/[^\s'"`)]*)?/;
/** `connect(('127.0.0.1', 8000))` */
const ADDRESS = /['"](?:localhost|127\.0\.0\.1|0\.0\.0\.0)['"],\s*(\d+)/;

/** The command of the health check of the image that a Dockerfile builds; undefined where it has none. */
export function imageCheck(file: Dockerfile): string | undefined {
  const stage = file.stages.at(-1);
  const check = stage && finalState(file, stage).healthcheck;
  return check && !check.none ? check.args.text : undefined;
}

/** The ports that the image exposes. */
export function exposedPorts(file: Dockerfile): number[] {
  const stage = file.stages.at(-1);
  if (!stage) return [];
  const instructions = lineage(file, stage).flatMap(it => it.instructions);
  return ofKind(instructions, 'EXPOSE').flatMap(({ words }) =>
    words.flatMap(({ text }) => (/^\d+(\/tcp)?$/.test(text) ? [Number.parseInt(text, 10)] : [])),
  );
}
