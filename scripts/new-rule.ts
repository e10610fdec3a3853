// Makes the pair of files that a new rule or conversion is, ready to be filled in: its code, and its page with examples
// and cases.
//   npm run new-rule -- dockerfile|compose|context|python|conversion my-id
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS, newPair } from './new-pair';
import { releasesOf } from './releases';

const root = join(__dirname, '..');

function main([kind = '', id = '']: readonly string[]): void {
  const pair = newPair(kind, id, releasesOf(root).next);
  if (!pair) {
    console.error(`usage: npm run new-rule -- ${KINDS.join('|')} my-id`);
    process.exitCode = 2;
    return;
  }
  for (const { path } of pair.files)
    if (existsSync(join(root, path))) throw new Error(`${path} already exists`);
  for (const { path, text } of pair.files) {
    writeFileSync(join(root, path), text);
    console.log(`made ${path}`);
  }
  console.log(
    `Name ${id} in CHANGELOG.md under "Unreleased", and run npm run generate when the page is filled in.`,
  );
}

main(process.argv.slice(2));
