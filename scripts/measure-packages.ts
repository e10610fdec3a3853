// Measures what Python packages weigh once they are installed, for `core/knowledge/package-weights.ts`: pip installs
// them into a folder, and the files that each one recorded are added up.
//   npm run measure-packages -- [FOLDER]     FOLDER: a folder that `pip install --target` has filled already
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normalizedName } from '../server/src/core/manifests/requirements';

/** What people ask for by name; what these bring along is measured too. */
const PACKAGES = [
  ...['torch', 'torchvision', 'transformers', 'sentence-transformers', 'tensorflow', 'onnxruntime', 'spacy'],
  ...['scikit-learn', 'scikit-image', 'scipy', 'numpy', 'pandas', 'polars', 'pyarrow', 'duckdb', 'xgboost'],
  ...['lightgbm', 'faiss-cpu', 'chromadb', 'opencv-python', 'opencv-python-headless', 'matplotlib', 'pillow'],
  ...['streamlit', 'gradio', 'jupyterlab', 'playwright', 'selenium', 'boto3', 'lxml', 'cryptography'],
];

/** Lighter than this on its own, a package is only counted in the closures of others. */
const LIGHT = 1_000_000;
const MEASURED = /^# PLATFORM=(.*)$/m;

interface Distribution {
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
  readonly needs: readonly Need[];
}

interface Need {
  readonly name: string;
  readonly extras: readonly string[];
  /** Only with this extra of the package that has the need. */
  readonly under: string | undefined;
}

function main(): void {
  const [given] = process.argv.slice(2);
  const folder = given ?? mkdtempSync(join(tmpdir(), 'packages-'));
  try {
    if (given === undefined) install(folder);
    write(distributionsIn(folder), platform());
  } finally {
    if (given === undefined) rmSync(folder, { recursive: true });
  }
}

function install(folder: string): void {
  const options = ['--no-cache-dir', '--no-compile', '--ignore-installed', '--only-binary', ':all:'];
  execFileSync('python3', ['-m', 'pip', 'install', ...options, '--target', folder, ...PACKAGES], {
    stdio: 'inherit',
  });
}

function platform(): string {
  const code =
    'import platform, sys; print("# PLATFORM=%s %s, Python %d.%d" % (platform.system(), platform.machine(), *sys.version_info[:2]))';
  return MEASURED.exec(execFileSync('python3', ['-c', code], { encoding: 'utf8' }))?.[1] ?? 'unknown';
}

function distributionsIn(folder: string): Map<string, Distribution> {
  const found = readdirSync(folder)
    .filter(name => name.endsWith('.dist-info'))
    .map(name => distribution(folder, join(folder, name)));
  return new Map(found.map(it => [it.name, it]));
}

function distribution(folder: string, info: string): Distribution {
  const metadata = readFileSync(join(info, 'METADATA'), 'utf8').split(/\r?\n\r?\n/)[0] ?? '';
  const field = (name: string) =>
    [...metadata.matchAll(new RegExp(`^${name}: (.*)$`, 'gm'))].map(match => match[1] ?? '');
  const files = readFileSync(join(info, 'RECORD'), 'utf8')
    .split(/\r?\n/)
    .map(line => /^("[^"]*"|[^,]*),/.exec(line)?.[1]?.replace(/^"|"$/g, '') ?? '')
    .filter(path => path !== '');
  return {
    name: normalizedName(field('Name')[0] ?? ''),
    version: field('Version')[0] ?? '',
    bytes: files.reduce((sum, path) => sum + bytesOf(folder, path), 0),
    needs: field('Requires-Dist').map(needOf),
  };
}

/** `pip install --target` puts scripts beside the packages and not where RECORD says; they weigh next to nothing. */
function bytesOf(folder: string, path: string): number {
  return statSync(join(folder, path), { throwIfNoEntry: false })?.size ?? 0;
}

/** `cuda-toolkit[cublas,cudart]==13.2; platform_system == "Linux"`; conditions other than extras have been judged by pip. */
function needOf(text: string): Need {
  const read = /^([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?/.exec(text);
  const extras = (read?.[2] ?? '').split(',').map(it => normalizedName(it.trim()));
  const under = /\bextra\s*==\s*["']([^"']+)/.exec(text)?.[1];
  return { name: normalizedName(read?.[1] ?? ''), extras, under: under && normalizedName(under) };
}

/** The names of a distribution and of all that it needs. */
function closure(name: string, all: ReadonlyMap<string, Distribution>): string[] {
  const seen = new Map<string, Set<string>>();
  const visit = (wanted: string, extras: readonly string[]): void => {
    const one = all.get(wanted);
    const known = seen.get(wanted);
    if (!one || (known && extras.every(extra => known.has(extra)))) return;
    const taken = new Set([...(known ?? []), ...extras]);
    seen.set(wanted, taken);
    for (const need of one.needs) {
      if (need.under === undefined || taken.has(need.under)) visit(need.name, need.extras);
    }
  };
  visit(name, ['']);
  return [...seen.keys()];
}

function write(all: ReadonlyMap<string, Distribution>, measuredOn: string): void {
  const rows = [...all.values()]
    .map(one => ({ one, needs: closure(one.name, all) }))
    .map(({ one, needs }) => ({
      ...one,
      total: needs.reduce((sum, name) => sum + (all.get(name)?.bytes ?? 0), 0),
      brings: needs.filter(name => name !== one.name && (all.get(name)?.bytes ?? 0) >= 20 * LIGHT).sort(),
    }))
    .filter(row => row.total >= LIGHT)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const text = [
    '// Written by `npm run measure-packages`: the files that pip installed, added up. Source: the wheels on PyPI.',
    '',
    '/** What a distribution weighs when pip has installed its wheel, without bytecode, in bytes. */',
    'export interface PackageWeight {',
    '  readonly version: string;',
    '  /** Its own files. */',
    '  readonly own: number;',
    '  /** With everything that it depends on, extras left out. */',
    '  readonly total: number;',
    '  /** The heavy ones (20 MB and more) of what it depends on. */',
    '  readonly brings: readonly string[];',
    '}',
    '',
    `export const WEIGHTS_MEASURED = '${new Date().toISOString().slice(0, 7)}';`,
    `export const WEIGHTS_PLATFORM = '${measuredOn}';`,
    '',
    '/** By name as indexes compare names. */',
    'export const PACKAGE_WEIGHTS: ReadonlyMap<string, PackageWeight> = new Map([',
    ...rows.map(
      ({ name, version, bytes, total, brings }) =>
        `  ['${name}', { version: '${version}', own: ${bytes}, total: ${total}, brings: [${brings.map(it => `'${it}'`).join(', ')}] }],`,
    ),
    ']);',
    '',
  ].join('\n');
  const path = join(__dirname, '../server/src/core/knowledge/package-weights.ts');
  writeFileSync(path, text);
  console.log(`wrote ${rows.length} packages`);
}

main();
