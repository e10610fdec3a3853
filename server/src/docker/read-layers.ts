import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ImageContents } from './contents';
import type { Endpoint } from './endpoint';
import { DockerError } from './errors';
import type { LayerAnswer } from './layer-worker';

export interface LayerRequest {
  readonly endpoint: Endpoint;
  /** Id or name of the image. */
  readonly reference: string;
  /** How many entries of its history, oldest first, are the base image's. */
  readonly baseEntries: number;
}

/** The worker's file stands beside the running one: `layer-worker.js` in the bundle. */
function startWorker(workerData: LayerRequest): Worker {
  const extension = extname(__filename);
  const file = join(__dirname, `layer-worker${extension}`);
  if (extension === '.js') return new Worker(file, { workerData });
  // Run from its sources, the thread needs the loader of TypeScript, which threads do not inherit.
  return new Worker(`require('tsx/cjs'); require(${JSON.stringify(file)})`, { workerData, eval: true });
}

/**
 * Reads what the layers of an image hold, in a thread of its own, so that the caller's stays free.
 *
 * @throws DockerError `cancelled` as soon as the signal is aborted
 */
export function readLayers(request: LayerRequest, signal: AbortSignal): Promise<ImageContents> {
  return new Promise((resolve, reject) => {
    const withdrawn = () => new DockerError('cancelled', 'The request was withdrawn.');
    if (signal.aborted) {
      reject(withdrawn());
      return;
    }
    const worker = startWorker(request);
    const stop = () => {
      reject(withdrawn());
      void worker.terminate();
    };
    signal.addEventListener('abort', stop, { once: true });
    worker.once('message', (answer: LayerAnswer) => {
      if (answer.kind === 'contents') resolve(answer.contents);
      else reject(new DockerError(answer.failure, answer.message));
      void worker.terminate();
    });
    worker.once('error', reject);
    worker.once('exit', () => {
      signal.removeEventListener('abort', stop);
      reject(new DockerError('failed', `The layers of ${request.reference} could not be read.`));
    });
  });
}
