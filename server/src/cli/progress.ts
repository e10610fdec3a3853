import { formatBytes } from '../core/text/bytes';
import type { LayerProgress } from '../docker/read-layers';
import { hasWatchers, showInPlace, warn } from './output';

export interface ProgressLine {
  readonly show: (progress: LayerProgress) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

/** Where progress is shown. */
export interface ProgressPlace {
  /** Shows a text instead of the last one. */
  readonly show: (text: string) => void;
  /** Milliseconds, of any origin. */
  readonly now: () => number;
}

function standardError(): ProgressPlace {
  const now = () => performance.now();
  return hasWatchers() ? { show: showInPlace, now } : logPlace(warn, now);
}

/** How often a log is told of what takes long. In milliseconds. */
const LOG_INTERVAL = 10_000;

/** A log is for results: only what takes long is said there, now and then. @param say writes a line */
export function logPlace(say: (text: string) => void, now: () => number): ProgressPlace {
  let last = now();
  const show = (text: string) => {
    if (text === '' || now() - last < LOG_INTERVAL) return;
    last = now();
    say(text);
  };
  return { show, now };
}

/** One line that says how far the reading of an image is. */
export function progressLine(image: string, place: ProgressPlace = standardError()): ProgressLine {
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
