import { visibleLines } from './visible';

/**
 * A text for a notification, where VS Code makes links of `[text](address)`, commands among the addresses: what files
 * and services are called makes none.
 */
export function plainMessage(text: string): string {
  return visibleLines(text).replaceAll('](', '] (');
}
