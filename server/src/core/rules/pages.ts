import texts from './pages.json';

/** What the page of a rule says, as Markdown: `npm run generate` cuts it out of the pages, for a core that reads no files. */
export interface PageTexts {
  /** What is reported and what is not, beyond the summary. */
  readonly reports?: string;
  readonly why: string;
  /** How the fix works, and what it may change. */
  readonly fix?: string;
  /** Addresses of documentation that the claim rests on. */
  readonly sources: readonly string[];
}

const pages: Readonly<Record<string, PageTexts | undefined>> = texts;

/** @throws for the id of no rule */
export function pageTexts(id: string): PageTexts {
  const page = pages[id];
  if (!page) throw new Error(`${id} has no page`);
  return page;
}
