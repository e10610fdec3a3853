// Proves that new regular expressions take time by the length of a text alone, and remembers it; forgets those that were removed.
//   npm run prove-expressions             those that are not remembered
//   npm run prove-expressions -- --all    all of them again
import { nameOf } from '../test/support/expression-growth';
import { asked, remember, remembered, tooSlow, unproven } from '../test/support/linear-expressions';
import { expressionsOfSources } from '../test/support/regular-expressions';

async function main(): Promise<void> {
  const expressions = asked(expressionsOfSources().different);
  const open = process.argv.includes('--all') ? expressions : unproven(expressions, remembered());
  console.log(`${open.length} of ${expressions.length} expressions are to be proven`);
  const slow = await tooSlow(open);
  for (const one of slow) console.error(one);
  if (slow.length === 0) remember(expressions.map(nameOf));
  process.exitCode = slow.length > 0 ? 1 : 0;
}

void main();
