import { visibleLines } from '../../../server/src/core/text/visible';

/** A page as it is sent to its webview: in every text of it, what files and images are called shows each character. */
export function visiblePage<Page>(page: Page): Page {
  return shown(page) as Page;
}

function shown(value: unknown): unknown {
  if (typeof value === 'string') return visibleLines(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(inner)]));
}
