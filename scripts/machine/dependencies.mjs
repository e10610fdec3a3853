// Runs before `npm start`, `npm test` and `npm run build`, on a fresh clone without any dependency, so it is plain JavaScript and uses
// Node alone: installs the dependencies when they are not those of the lock file.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const inRoot = path => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const lockFile = inRoot('package-lock.json');
const installedFile = inRoot('node_modules/.package-lock.json');

if (!isCurrent()) {
  console.log('Installing the dependencies');
  const npm = spawnSync('npm', ['install', '--loglevel=error'], {
    cwd: inRoot(''),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = npm.status ?? 1;
}

function isCurrent() {
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(lockFile, 'utf8')).packages);
  // The root's own entry has no path, and optional packages may be for other platforms.
  return wanted.every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || optional || devOptional || installed[path]?.version === version,
  );
}
