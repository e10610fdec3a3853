// Makes the .vsix that users install: bundles with short names, and nothing but what .vscodeignore allows.
//   npm run package -- [options of vsce]
//
// It is made in a folder of its own: package.json says which files npm packs, and vsce refuses a folder with both lists.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const run = (cwd, script, ...args) =>
  execFileSync(process.execPath, [script, ...args], { cwd, stdio: 'inherit' });

/** What .vscodeignore chooses from. */
const SOURCES = [
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  '.vscodeignore',
  'dist',
  'client/media',
  'syntaxes',
  'schemas',
  'docs',
];

run(root, 'scripts/bundle.mjs', '--release');
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-vsix-'));
try {
  for (const name of SOURCES) cpSync(join(root, name), join(folder, name), { recursive: true });
  const {
    files: _,
    scripts: __,
    devDependencies: ___,
    ...manifest
  } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  run(
    folder,
    require.resolve('@vscode/vsce/vsce'),
    'package',
    // The bundles hold the dependencies already.
    '--no-dependencies',
    '--allow-missing-repository',
    '--skip-license',
    '--no-rewrite-relative-links',
    ...outHere(process.argv.slice(2)),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Beside package.json, where nothing is said. */
function outHere(args) {
  const at = args.findIndex(it => it === '--out' || it === '-o');
  if (at === -1) return ['--out', `${root}/`, ...args];
  return args.map((it, index) => (index === at + 1 ? resolve(root, it) : it));
}
