// Makes the .vsix that users install: minified bundles, nothing but what .vscodeignore allows.
//   npm run package
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const run = (script, ...args) =>
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });

run('scripts/bundle.mjs', '--minify');
const vsce = require.resolve('@vscode/vsce/vsce');
// The bundles hold the dependencies already.
run(
  vsce,
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  '--skip-license',
  '--no-rewrite-relative-links',
  ...process.argv.slice(2),
);
