import { visible } from '../../server/src/core/text/visible';

/** A name of a service or file in a cell of a Markdown table: it ends neither the cell nor the row. */
export function cell(name: string): string {
  return visible(name).replaceAll('|', String.raw`\|`);
}
