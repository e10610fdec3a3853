import { formatBytes } from '../core/text/bytes';
import type { LayerProgress } from '../docker/read-layers';

/** Where progress is written: standard error. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ProgressLine {
  readonly show: (progress: LayerProgress) => void;
  /** Takes the line away. */
  end(): void;
}

const CLEAR_LINE = '\r\u001b[K';

/**
 * One line that says how far the reading of an image is, for people at a terminal; nothing in logs.
 *
 * @param now milliseconds, of any origin
 */
export function progressLine(
  image: string,
  output: ProgressOutput = process.stderr,
  now: () => number = () => performance.now(),
): ProgressLine {
  if (output.isTTY !== true) return { show: () => undefined, end: () => undefined };
  const started = now();
  let shown = '';
  return {
    show: progress => {
      const text = progressText(image, progress, now() - started);
      if (text !== shown) output.write(`${CLEAR_LINE}${text}`);
      shown = text;
    },
    end: () => {
      if (shown !== '') output.write(CLEAR_LINE);
      shown = '';
    },
  };
}

function progressText(image: string, { bytes, about }: LayerProgress, waited: number): string {
  if (bytes === 0) return `${image}: the engine prepares the archive (${Math.floor(waited / 1000)} s)`;
  return `${image}: ${formatBytes(bytes)} of about ${formatBytes(about)} read`;
}
