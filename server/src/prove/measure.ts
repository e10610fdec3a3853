import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { docker } from './docker-command';
import type { ServiceBuild, ServiceRun } from './service-run';
import type { ProofSession } from './session';

export interface Probe {
  /** The port in the container. */
  readonly port: number;
  /** `/health` */
  readonly path: string;
}

export interface Started {
  /** From the start of the container to the first answer that is no error. */
  readonly milliseconds: number;
  /** What the container wrote beside its image: what an install at start-up leaves. */
  readonly writtenBytes: number;
}

/** How often a starting service is asked. In milliseconds: well below what start-ups differ by. */
const PROBE_INTERVAL = 50;
/** A service that does not answer for so long has failed to start. In milliseconds. */
const PROBE_PATIENCE = 15 * 60_000;

/** Builds an image and tells how long that took, in milliseconds. */
export async function build(
  { context, dockerfile }: ServiceBuild,
  image: string,
  cache: 'use' | 'ignore',
  session: ProofSession,
  signal: AbortSignal,
): Promise<number> {
  const noCache = cache === 'ignore' ? ['--no-cache'] : [];
  const began = performance.now();
  await docker(
    ['build', ...noCache, '--label', session.label, '--tag', image, '--file', dockerfile, context],
    signal,
  );
  return performance.now() - began;
}

/** Bytes of an image, as the engine reports them. */
export async function imageBytes(image: string, signal: AbortSignal): Promise<number> {
  return Number(await docker(['image', 'inspect', '--format', '{{.Size}}', image], signal));
}

/** Whether an image is, or is built on, one that only stands in for the real one. */
export async function isStandIn(image: string, signal: AbortSignal): Promise<boolean> {
  const format = '{{index .Config.Labels "plimsoll.stand-in"}}';
  return (await docker(['image', 'inspect', '--format', format, image], signal)) === 'true';
}

/**
 * Starts a service alone, waits until its health endpoint answers, and removes it.
 *
 * @throws Error with the container's last words where it stops or never answers
 */
export async function start(
  { options, command }: ServiceRun,
  image: string,
  probe: Probe,
  session: ProofSession,
  signal: AbortSignal,
): Promise<Started> {
  const publish = ['--publish', `127.0.0.1::${probe.port}`];
  const began = performance.now();
  const container = await docker(
    ['run', '--detach', '--label', session.label, ...publish, ...options, image, ...command],
    signal,
  );
  try {
    const address = await docker(['port', container, `${probe.port}/tcp`], signal);
    await untilAnswers(`http://${address.split('\n')[0]}${probe.path}`, container, signal);
    const milliseconds = performance.now() - began;
    const written = await docker(['inspect', '--size', '--format', '{{.SizeRw}}', container], signal);
    return { milliseconds, writtenBytes: Number(written) };
  } finally {
    await docker(['rm', '--force', '--volumes', container], AbortSignal.timeout(60_000));
  }
}

async function untilAnswers(url: string, container: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + PROBE_PATIENCE;
  for (let round = 1; performance.now() < deadline; round++) {
    if (await answers(url, signal)) return;
    // A look at the container costs more than the probe, so it comes once a second.
    if (round % 20 === 0) await requireRunning(container, signal);
    await delay(PROBE_INTERVAL, undefined, { signal });
  }
  throw new Error(
    `${url} did not answer in time:\n${await docker(['logs', '--tail', '20', container], signal)}`,
  );
}

async function requireRunning(container: string, signal: AbortSignal): Promise<void> {
  const running = await docker(['inspect', '--format', '{{.State.Running}}', container], signal);
  if (running === 'true') return;
  throw new Error(`the container stopped:\n${await docker(['logs', '--tail', '20', container], signal)}`);
}

function answers(url: string, signal: AbortSignal): Promise<boolean> {
  return new Promise(resolve => {
    const request = get(url, { signal, timeout: 2_000 }, response => {
      response.resume();
      resolve((response.statusCode ?? 500) < 400);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}
