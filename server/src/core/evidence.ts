import type { Evidence } from './rule';
import { formatBytes } from './text/bytes';

/** `412 MB, measured in the build context`. */
export function describeEvidence({ bytes, how, source }: Evidence): string {
  const figure = bytes === undefined ? '' : `${formatBytes(bytes)}, `;
  return `${figure}${how}: ${source}`;
}
