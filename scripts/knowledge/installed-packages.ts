// Packages that pip installs into a folder of their own, so that they can be measured.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normalizedName } from '../../server/src/core/manifests/requirements';

/**
 * What `read` finds of each distribution that pip installs for some packages.
 *
 * @param options of `pip install`, beside those that keep it to a folder of its own
 * @param read gets the folder and the `.dist-info` of a distribution
 */
export function installed<Found>(
  packages: readonly string[],
  options: readonly string[],
  read: (folder: string, info: string) => Found,
): Found[] {
  const folder = mkdtempSync(join(tmpdir(), 'packages-'));
  const own = ['--no-cache-dir', '--ignore-installed', '--target', folder];
  try {
    execFileSync('python3', ['-m', 'pip', 'install', ...own, ...options, ...packages], { stdio: 'inherit' });
    const infos = readdirSync(folder).filter(name => name.endsWith('.dist-info'));
    return infos.map(name => read(folder, join(folder, name)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The values of a field of the metadata, in the order in which they are there. */
export function metadata(info: string, field: string): string[] {
  const head = readFileSync(join(info, 'METADATA'), 'utf8').split(/\r?\n\r?\n/)[0] ?? '';
  return [...head.matchAll(/^([\w-]+): (.*)$/gm)].flatMap(([, name, value]) =>
    name === field ? (value ?? '') : [],
  );
}

export function nameIn(info: string): string {
  return normalizedName(metadata(info, 'Name')[0] ?? '');
}

/** The files that a distribution says it installed, relative to the folder. */
export function recordedFiles(info: string): string[] {
  return readFileSync(join(info, 'RECORD'), 'utf8')
    .split(/\r?\n/)
    .map(line => /^("[^"]*"|[^,]*),/.exec(line)?.[1]?.replace(/^"|"$/g, '') ?? '')
    .filter(path => path !== '');
}

/** `3.11` */
export function pythonVersion(): string {
  return python('import sys; print("%d.%d" % sys.version_info[:2])');
}

/** `Linux x86_64, Python 3.11` */
export function platform(): string {
  return `${python('import platform; print(platform.system(), platform.machine())')}, Python ${pythonVersion()}`;
}

function python(code: string): string {
  return execFileSync('python3', ['-c', code], { encoding: 'utf8' }).trim();
}
