import { formatBytes } from '../core/text/bytes';
import type { LayerProgress } from '../docker/read-layers';
import { hasWatchers, showInPlace } from './output';

export interface ProgressLine {
  readonly show: (progress: LayerProgress) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

/** Where progress is shown. */
export interface ProgressPlace {
  /** Shows a text in place of the last one. */
  readonly show: (text: string) => void;
  /** Milliseconds, of any origin. */
  readonly now: () => number;
}

/** A terminal; undefined in logs, which are for results. */
function terminal(): ProgressPlace | undefined {
  return hasWatchers() ? { show: showInPlace, now: () => performance.now() } : undefined;
}

/** One line that says how far the reading of an image is. */
export function progressLine(image: string, place: ProgressPlace | undefined = terminal()): ProgressLine {
  if (!place) return { show: () => undefined, end: () => undefined };
  const started = place.now();
  let shown = '';
  const show = (text: string) => {
    if (text !== shown) place.show(text);
    shown = text;
  };
  return {
    show: progress => show(progressText(image, progress, place.now() - started)),
    end: () => show(''),
  };
}

function progressText(image: string, { bytes, about }: LayerProgress, waited: number): string {
  if (bytes === 0) return `${image}: the engine prepares the archive (${Math.floor(waited / 1000)} s)`;
  return `${image}: ${formatBytes(bytes)} of about ${formatBytes(about)} read`;
}
