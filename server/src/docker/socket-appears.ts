import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Endpoint } from './endpoint';

/**
 * Resolves when something happens to one of the sockets: it appears, goes, or gets other permissions. Rejects
 * when the signal is aborted. A place that cannot be watched is passed over.
 */
export function socketAppears(endpoints: readonly Endpoint[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    for (const endpoint of endpoints) {
      if (endpoint.kind === 'unix') watchSocket(endpoint.path, signal, resolve);
    }
  });
}

function watchSocket(path: string, signal: AbortSignal, onChange: () => void): void {
  try {
    const watcher = watch(dirname(path), { persistent: false, signal }, (_, name) => {
      if (name === basename(path)) onChange();
    });
    watcher.on('error', () => watcher.close());
  } catch {
    // There is no such folder yet; the next attempt comes with the back-off.
  }
}
