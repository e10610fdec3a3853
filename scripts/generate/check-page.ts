import type { Rule } from '../../server/src/core/rule';
import type { PageFile } from './page-file';

/** @throws where the page of a rule does not agree with its code, with what it should say */
export function checkPage(rule: Rule, page: PageFile): void {
  checkFix(rule, page);
  checkOptions(rule, page);
}

/** People decide by the page what a fix that is not safe may change. */
function checkFix({ meta }: Rule, { sections }: PageFile): void {
  if (meta.fix === 'unsafe' && !sections.has('Fix'))
    throw new Error(`${meta.id}.md: its fix is unsafe, and nothing under "## Fix" says what it may change`);
}

function checkOptions({ meta, options }: Rule, { sections }: PageFile): void {
  const rows = Object.entries(options ?? {}).map(
    ([name, { default: value, description }]) =>
      `| \`${name}\` | \`${JSON.stringify(value)}\` | ${description} |`,
  );
  const table = rows.length > 0 ? ['| option | default | |', '|---|---|---|', ...rows].join('\n') : undefined;
  if (sections.get('Options') === table) return;
  const expected = table === undefined ? 'there is no option' : `the options are\n${table}`;
  throw new Error(`${meta.id}.md: "## Options" does not say what ${meta.id}.ts does: ${expected}`);
}
