import type { Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver';
import { formatBytes } from '../core/text/bytes';
import type { LayerProgress } from '../docker/read-layers';

/** What takes less is over before anybody has read about it. In milliseconds. */
const SHOWN_AFTER = 2_000;

/**
 * Reads an image; where that takes longer, the editor shows how far it is and lets the user cancel it.
 *
 * @param image its name, for people
 * @param stopped ends the reading as well
 */
export async function withReadingProgress<T>(
  connection: Connection,
  image: string,
  stopped: AbortSignal,
  read: (signal: AbortSignal, onProgress: (progress: LayerProgress) => void) => Promise<T>,
): Promise<T> {
  const cancelled = new AbortController();
  const started = performance.now();
  let reporter: Promise<WorkDoneProgressServerReporter> | undefined;
  const begin = async (text: string) => {
    const begun = await connection.window.createWorkDoneProgress();
    begun.begin(`Reading ${image}`, 0, text, true);
    begun.token.onCancellationRequested(() => cancelled.abort());
    return begun;
  };
  const onProgress = (progress: LayerProgress) => {
    if (performance.now() - started < SHOWN_AFTER) return;
    const text = progressText(progress);
    if (!reporter) {
      reporter = begin(text);
      // An editor that refuses to show progress loses nothing else.
      reporter.catch(() => undefined);
    } else void reporter.then(begun => begun.report(percentage(progress), text)).catch(() => undefined);
  };
  try {
    return await read(AbortSignal.any([stopped, cancelled.signal]), onProgress);
  } finally {
    void reporter?.then(begun => begun.done()).catch(() => undefined);
  }
}

function progressText({ bytes, about }: LayerProgress): string {
  return bytes === 0
    ? 'the engine prepares the archive'
    : `${formatBytes(bytes)} of about ${formatBytes(about)}`;
}

function percentage({ bytes, about }: LayerProgress): number {
  return about === 0 ? 0 : Math.min(Math.round((bytes / about) * 100), 100);
}
