// Measures what Python packages weigh once they are installed, for `package-weights.json`: pip installs them into a
// folder, and the files that each one recorded are added up.
//   npm run renew -- package-weights
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { normalizedName } from '../../server/src/core/manifests/requirements';
import type { Rows } from './data-file';
import { installed, metadata, nameIn, platform, recordedFiles } from './installed-packages';

/** What people ask for by name; their dependencies are measured too. */
const PACKAGES = [
  ...['torch', 'torchvision', 'transformers', 'sentence-transformers', 'tensorflow', 'onnxruntime', 'spacy'],
  ...['scikit-learn', 'scikit-image', 'scipy', 'numpy', 'pandas', 'polars', 'pyarrow', 'duckdb', 'xgboost'],
  ...['lightgbm', 'faiss-cpu', 'chromadb', 'opencv-python', 'opencv-python-headless', 'matplotlib', 'pillow'],
  ...['streamlit', 'gradio', 'jupyterlab', 'playwright', 'selenium', 'boto3', 'lxml', 'cryptography'],
];

/** Lighter than this on its own, a package is only counted in the closures of others. */
const LIGHT = 1_000_000;

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

export function packageWeights(): Rows {
  const options = ['--no-compile', '--only-binary', ':all:'];
  const all = installed(PACKAGES, options, (folder, info) => distribution(folder, info));
  return {
    month: new Date().toISOString().slice(0, 7),
    platform: platform(),
    packages: weights(new Map(all.map(it => [it.name, it]))),
  };
}

function distribution(folder: string, info: string): Distribution {
  return {
    name: nameIn(info),
    version: metadata(info, 'Version')[0] ?? '',
    bytes: recordedFiles(info).reduce((sum, path) => sum + bytesOf(folder, path), 0),
    needs: metadata(info, 'Requires-Dist').map(needOf),
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

function weights(all: ReadonlyMap<string, Distribution>): Rows {
  const rows = [...all.values()]
    .map(one => ({ one, needs: closure(one.name, all) }))
    .map(({ one, needs }) => ({
      name: one.name,
      version: one.version,
      own: one.bytes,
      total: needs.reduce((sum, name) => sum + (all.get(name)?.bytes ?? 0), 0),
      brings: needs.filter(name => name !== one.name && (all.get(name)?.bytes ?? 0) >= 20 * LIGHT).sort(),
    }))
    .filter(row => row.total >= LIGHT)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return Object.fromEntries(rows.map(({ name, ...row }) => [name, row]));
}
