import type { DataFile } from './data-file';

/** What a person has to look at who renews a data file that no program can write. */
export function whatToReview(name: string, { about, rows }: DataFile): string[] {
  const pages = new Set([...about.source, ...pagesIn(rows)]);
  return [
    `${about.what} (${about.date}).`,
    `How its rows were taken: ${about.how}.`,
    'Compare them with these pages:',
    ...[...pages].map(page => `  ${page}`),
    `Then run: npm run renew -- ${name} --reviewed`,
  ];
}

/** The pages that rows name themselves. */
function pagesIn(value: unknown): string[] {
  if (typeof value === 'string') return /^https:\/\//.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pagesIn) : [];
}
