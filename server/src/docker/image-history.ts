import { formatImageRef } from '../core/dockerfile/image-ref';
import type { Dockerfile } from '../core/dockerfile/model';
import { rootBase, stageNamed } from '../core/dockerfile/stage-graph';
import type { Engine, HistoryEntry } from './engine';
import { DockerError } from './errors';
import { type HistoryRow, layersOf, sharedEntries } from './history';

/** Of which file, and of which of its stages, an image was built. */
export interface BuiltFrom {
  readonly dockerfile: Dockerfile;
  /** The last stage where nothing is said. */
  readonly target?: string | undefined;
}

/**
 * The history of an image, oldest first, tied to the Dockerfile. Where the engine has the base image too, the
 * end of its part is known for sure.
 *
 * @throws DockerError
 */
export async function imageHistory(
  engine: Pick<Engine, 'history'>,
  reference: string,
  built: BuiltFrom | undefined,
  signal: AbortSignal,
): Promise<HistoryRow[]> {
  const history = await engine.history(reference, signal);
  if (!built) return layersOf(history);
  const baseEntries = await baseEntriesOf(engine, history, built, signal);
  return layersOf(history, built.dockerfile, { target: built.target, baseEntries });
}

async function baseEntriesOf(
  engine: Pick<Engine, 'history'>,
  history: readonly HistoryEntry[],
  { dockerfile, target }: BuiltFrom,
  signal: AbortSignal,
): Promise<number | undefined> {
  const stage =
    (target === undefined ? undefined : stageNamed(dockerfile, target)) ?? dockerfile.stages.at(-1);
  const base = stage && rootBase(dockerfile, stage);
  if (base?.kind !== 'image') return undefined;
  try {
    return sharedEntries(history, await engine.history(formatImageRef(base.ref), signal));
  } catch (error) {
    // An engine without the base image is common: builders keep it to themselves.
    if (error instanceof DockerError && error.failure === 'no-such-image') return undefined;
    throw error;
  }
}
