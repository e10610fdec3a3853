import { get } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { readArchive } from '../docker/archive';
import { totalBytes } from '../docker/read-rows';
import { DockerCommandError, docker, lastLogs, readOutput } from './docker-command';
import type { Endpoint } from './endpoint';
import type { ImageBuild, ServiceRun } from './service-run';
import type { ProofSession } from './session';

/** What the engine says of an image. */
export interface ImageFigures {
  readonly id: string;
  /** The bytes of the files in all layers, as a weighing counts them. */
  readonly bytes: number;
  readonly layers: number;
  /** True where it is built on an image that only stands in for the real one. */
  readonly standIn: boolean;
}

/** How a container came up. */
export interface Started {
  /** In milliseconds, from the start of the container to its first answer, or to the moment it was seen to keep running. */
  readonly milliseconds: number;
  /** How that was told. */
  readonly by: 'its health endpoint answers' | 'its port answers' | 'it keeps running' | 'it ran to its end';
  /** The container's own health check, called once; undefined where it has none. */
  readonly healthy: boolean | undefined;
  /** What the container wrote beside its image: what an install at start-up leaves. */
  readonly writtenBytes: number;
}

/** How often a starting service is asked. In milliseconds: well below what start-ups differ by. */
const PROBE_INTERVAL = 50;
/** A service that does not answer for so long has failed to start. In milliseconds. */
const PROBE_PATIENCE = 15 * 60_000;
/** What answers nothing has started when it still runs after so long. In milliseconds. */
const RUNNING_LONG_ENOUGH = 5_000;

/** Builds an image and tells how long that took, in milliseconds. @throws DockerCommandError */
export async function buildImage(
  { context, dockerfile, target, args }: ImageBuild,
  image: string,
  cache: 'use' | 'ignore',
  session: ProofSession,
  signal: AbortSignal,
): Promise<number> {
  const options = [
    ...(cache === 'ignore' ? ['--no-cache'] : []),
    ...(target === undefined ? [] : ['--target', target]),
    ...args.flatMap(arg => ['--build-arg', arg]),
    ...['--label', session.label, '--tag', image, '--file', dockerfile],
  ];
  const began = performance.now();
  await docker(['build', ...options, context], signal, session.mark, session.builder);
  return performance.now() - began;
}

/** Asks the engine for an image's figures. @throws DockerCommandError */
export async function imageFigures(image: string, signal: AbortSignal): Promise<ImageFigures> {
  const format =
    '{{.Id}} {{.Size}} {{len .RootFS.Layers}} {{with .Config.Labels}}{{index . "plimsoll.stand-in"}}{{end}}';
  const figures = await docker(['image', 'inspect', '--format', format, '--', image], signal);
  const [id = '', size, layers, standIn] = figures.split(' ');
  const bytes = await bytesOfFilesIn(image, Number(size), signal);
  return { id, bytes, layers: Number(layers), standIn: standIn === 'true' };
}

/**
 * Docker's own image store counts the bytes of files, so that the layers add up to the size of the image. Others count
 * what is packed, blocks of the disk, or archives, and add descriptions: there the layers are read.
 */
async function bytesOfFilesIn(image: string, size: number, signal: AbortSignal): Promise<number> {
  const history = await docker(
    ['history', '--human=false', '--no-trunc', '--format', '{{.Size}}', '--', image],
    signal,
  );
  const sum = history.split('\n').reduce((bytes, layer) => bytes + Number(layer), 0);
  if (sum === size) return size;
  const stated = { baseEntries: 0, bytes: Math.max(size, sum) };
  const read = (archive: Readable) => readArchive(archive, stated);
  const { layers } = await readOutput(['save', '--', image], read, signal);
  return totalBytes(layers);
}

/**
 * Starts a container alone, waits until it is up, and removes it.
 *
 * @param endpoint undefined where there is nothing to ask
 * @throws Error with the container's last words where it stops or never answers
 */
export async function startContainer(
  { options, command }: ServiceRun,
  image: string,
  endpoint: Endpoint | undefined,
  session: ProofSession,
  signal: AbortSignal,
): Promise<Started> {
  const publish = endpoint ? ['--publish', `127.0.0.1::${endpoint.port}`] : [];
  const began = performance.now();
  // An image may be called as an option is.
  const container = await docker(
    ['run', '--detach', '--label', session.label, ...publish, ...options, '--', image, ...command],
    signal,
    session.mark,
  );
  try {
    const by = endpoint
      ? await untilAnswers(container, endpoint, signal)
      : await untilSettled(container, signal);
    const milliseconds = performance.now() - began;
    const written = await docker(['inspect', '--size', '--format', '{{.SizeRw}}', container], signal);
    const healthy = by === 'it ran to its end' ? undefined : await ownCheck(container, signal);
    return { milliseconds, by, healthy, writtenBytes: Number(written) };
  } finally {
    await docker(['rm', '--force', '--volumes', container], AbortSignal.timeout(60_000));
  }
}

async function untilAnswers(
  container: string,
  { port, path, isHealthPath }: Endpoint,
  signal: AbortSignal,
): Promise<Started['by']> {
  const address = await publishedAddress(container, port, signal);
  const url = `http://${address.split('\n')[0]}${path}`;
  const deadline = performance.now() + PROBE_PATIENCE;
  for (let round = 1; performance.now() < deadline; round++) {
    const status = await statusOf(url, signal);
    if (status !== undefined && (!isHealthPath || status < 400))
      return isHealthPath ? 'its health endpoint answers' : 'its port answers';
    // A look at the container costs more than the probe, so it comes once a second.
    if (round % 20 === 0 && !(await isRunning(container, signal))) throw await lastWords(container, signal);
    await delay(PROBE_INTERVAL, undefined, { signal });
  }
  throw new Error(`${path} of port ${port} did not answer in time`);
}

/** A container that has stopped already publishes no port. */
async function publishedAddress(container: string, port: number, signal: AbortSignal): Promise<string> {
  try {
    return await docker(['port', container, `${port}/tcp`], signal);
  } catch (error) {
    if (await isRunning(container, signal)) throw error;
    throw await lastWords(container, signal);
  }
}

async function untilSettled(container: string, signal: AbortSignal): Promise<Started['by']> {
  await delay(RUNNING_LONG_ENOUGH, undefined, { signal });
  if (await isRunning(container, signal)) return 'it keeps running';
  const code = await docker(['inspect', '--format', '{{.State.ExitCode}}', container], signal);
  if (code === '0') return 'it ran to its end';
  throw await lastWords(container, signal);
}

async function isRunning(container: string, signal: AbortSignal): Promise<boolean> {
  return (await docker(['inspect', '--format', '{{.State.Running}}', container], signal)) === 'true';
}

async function lastWords(container: string, signal: AbortSignal): Promise<Error> {
  return new Error(`the container stopped:\n${await lastLogs(container, signal)}`);
}

/** What HTTP says; undefined while nothing answers. The rest of the answer is not waited for: it may never end. */
export function statusOf(url: string, signal: AbortSignal): Promise<number | undefined> {
  return new Promise(resolve => {
    const request = get(url, { signal, timeout: 2_000 }, response => {
      resolve(response.statusCode);
      response.destroy();
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(undefined));
  });
}

/** A check may come a little later than the first answer: some look at a file, some at a second process. */
const CHECK_TRIES = 10;

/** Calls the health check of the container as the engine would. */
async function ownCheck(container: string, signal: AbortSignal): Promise<boolean | undefined> {
  const format = '{{with .Config.Healthcheck}}{{json .Test}}{{else}}[]{{end}}';
  const [kind, ...words]: string[] = JSON.parse(
    await docker(['inspect', '--format', format, container], signal),
  );
  if (kind !== 'CMD' && kind !== 'CMD-SHELL') return undefined;
  const call = kind === 'CMD' ? words : ['/bin/sh', '-c', ...words];
  for (let tries = 0; tries < CHECK_TRIES; tries++) {
    if (await succeeds(['exec', container, ...call], signal)) return true;
    await delay(1_000, undefined, { signal });
  }
  return false;
}

async function succeeds(args: readonly string[], signal: AbortSignal): Promise<boolean> {
  try {
    await docker(args, signal);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DockerCommandError) return false;
    throw error;
  }
}
