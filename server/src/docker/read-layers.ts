import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ImageContents } from './contents';
import { DockerError, errorCode } from './errors';
import type { LayerAnswer, LayerRequest } from './layer-worker';

/** How far the reading of an image is: told several times a second, also while the engine still prepares. */
export interface LayerProgress {
  /** Bytes of its archive that have been read. */
  readonly bytes: number;
  /** About how many there will be: what the engine says that the image weighs. */
  readonly about: number;
}

/** Megabytes of JavaScript's own memory; the paths of an image are kept beside it. What takes more has gone wrong. */
const WORKER_MEMORY = 256;

/** The worker's file is beside the running one: `layer-worker.js` in the bundle. */
function startWorker(workerData: LayerRequest): Worker {
  const extension = extname(__filename);
  const file = join(__dirname, `layer-worker${extension}`);
  const resourceLimits = { maxOldGenerationSizeMb: WORKER_MEMORY };
  if (extension !== '.ts') return new Worker(file, { workerData, resourceLimits });
  // Run from its sources, the thread needs the loader of TypeScript, which threads do not inherit.
  return new Worker(`require('tsx/cjs'); require(${JSON.stringify(file)})`, {
    workerData,
    resourceLimits,
    eval: true,
  });
}

/**
 * Reads what the layers of an image hold, in a thread of its own, so that the caller's stays free.
 *
 * @throws DockerError `cancelled` as soon as the signal is aborted
 */
export function readLayers(
  request: LayerRequest,
  signal: AbortSignal,
  onProgress: (progress: LayerProgress) => void = () => undefined,
): Promise<ImageContents> {
  return new Promise((resolve, reject) => {
    const withdrawn = () => new DockerError('cancelled', 'The request was cancelled.');
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
    onProgress({ bytes: 0, about: request.bytes });
    worker.on('message', (answer: LayerAnswer) => {
      if (answer.kind === 'progress') {
        onProgress({ bytes: answer.bytes, about: request.bytes });
        return;
      }
      if (answer.kind === 'contents') resolve(answer.contents);
      else reject(new DockerError(answer.failure, answer.message));
      void worker.terminate();
    });
    const failed = (cause?: unknown) => {
      const why = errorCode(cause) === 'ERR_WORKER_OUT_OF_MEMORY' ? ': they need too much memory' : '';
      const message = `The layers of ${request.reference} could not be read${why}.`;
      reject(new DockerError('failed', message, { cause }));
    };
    worker.once('error', failed);
    worker.once('exit', () => {
      signal.removeEventListener('abort', stop);
      failed();
    });
  });
}
