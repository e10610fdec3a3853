// Runs in a thread of its own: reads one image's layers and posts what is in them.
import { parentPort, workerData } from 'node:worker_threads';
import { readArchive } from './archive';
import type { ImageContents } from './contents';
import { type Engine, openEngine } from './engine';
import { DockerError, type DockerFailure, requestFailure } from './errors';
import type { LayerRequest } from './read-layers';

export type LayerAnswer =
  | { readonly kind: 'contents'; readonly contents: ImageContents }
  | { readonly kind: 'failed'; readonly failure: DockerFailure; readonly message: string };

// Who wants no answer any more ends the whole thread.
const NEVER = new AbortController().signal;

async function answer({ endpoint, reference, baseEntries }: LayerRequest): Promise<LayerAnswer> {
  const engine = openEngine(endpoint);
  try {
    const contents = await readArchive(await engine.save(reference, NEVER), baseEntries);
    return { kind: 'contents', contents };
  } catch (error) {
    const { failure, message } = await explain(engine, reference, requestFailure(error, reference));
    return { kind: 'failed', failure, message };
  }
}

/** An image that is removed while it is read breaks the archive off: then that is the reason to be told. */
async function explain(engine: Engine, reference: string, error: DockerError): Promise<DockerError> {
  try {
    await engine.image(reference, NEVER);
    return error;
  } catch (later) {
    return later instanceof DockerError && later.failure === 'no-such-image' ? later : error;
  }
}

void answer(workerData as LayerRequest).then(result => parentPort?.postMessage(result));
