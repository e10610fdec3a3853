import { formatBytes } from '../core/text/bytes';
import type { LayerProgress } from '../docker/read-layers';
import { type TerminalLine, terminalLine } from './output';

export interface ProgressLine {
  readonly show: (progress: LayerProgress) => void;
  /** Takes the line away. */
  end(): void;
}

/**
 * One line that says how far the reading of an image is, for people at a terminal; nothing in logs.
 *
 * @param now milliseconds, of any origin
 */
export function progressLine(
  image: string,
  output: TerminalLine = terminalLine,
  now: () => number = () => performance.now(),
): ProgressLine {
  if (!output.isTTY) return { show: () => undefined, end: () => undefined };
  const started = now();
  let shown = '';
  return {
    show: progress => {
      const text = progressText(image, progress, now() - started);
      if (text !== shown) output.overwrite(text);
      shown = text;
    },
    end: () => {
      if (shown !== '') output.overwrite('');
      shown = '';
    },
  };
}

function progressText(image: string, { bytes, about }: LayerProgress, waited: number): string {
  if (bytes === 0) return `${image}: the engine prepares the archive (${Math.floor(waited / 1000)} s)`;
  return `${image}: ${formatBytes(bytes)} of about ${formatBytes(about)} read`;
}
