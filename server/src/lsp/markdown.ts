import { visible } from '../core/text/visible';

/**
 * A text as it stands, in Markdown: what files and images call something makes no link, no image, no command and no
 * heading, and an address stays text.
 */
export function plainMarkdown(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]<>#!|~$&@]/g, String.raw`\$&`)
    .replaceAll('://', String.raw`\://`)
    .replace(/(www)\./gi, String.raw`$1\.`);
}
