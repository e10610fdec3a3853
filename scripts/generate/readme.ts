import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artifact } from '../generate';
import type { Definitions } from './catalogs';
import { conversionTable, ruleTable } from './pages';

/** The README with its tables between `<!-- rules -->` and `<!-- /rules -->` written again. */
export function readmeTables(root: string, { rules, conversions }: Definitions): Artifact[] {
  const file = join(root, 'README.md');
  if (!existsSync(file)) return [];
  const tables = {
    rules: ruleTable(
      rules.map(it => it.definition),
      'docs/rules/',
    ),
    conversions: conversionTable(
      conversions.map(it => it.definition),
      'docs/conversions/',
    ),
  };
  let text = readFileSync(file, 'utf8');
  for (const [name, table] of Object.entries(tables)) {
    const region = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
    text = text.replace(region, (_, open: string, close: string) => `${open}${table}${close}`);
  }
  return [{ path: 'README.md', text }];
}
