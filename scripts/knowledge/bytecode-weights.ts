// Measures the bytecode that pip compiles of packages, for `bytecode-weights.json`: those of the file, and those whose
// weight is measured anyway.
//   npm run renew -- bytecode-weights
import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Rows, readDataFile } from './data-file';
import { installed, nameIn, pythonVersion, recordedFiles } from './installed-packages';

/** Bytes below which a package's bytecode is not worth a row. */
const LIGHT = 2_500_000;

export function bytecodeWeights(): Rows {
  const version = pythonVersion();
  const tag = `cpython-${version.replace('.', '')}`;
  const names = [
    ...Object.keys(readDataFile('bytecode-weights').rows.bytes ?? {}),
    ...Object.keys(readDataFile('package-weights').rows.packages ?? {}),
  ];
  const all = installed([...new Set(names)], ['--no-deps', '--only-binary', ':all:'], (folder, info) => {
    const modules = recordedFiles(info).filter(path => path.endsWith('.py'));
    return [nameIn(info), modules.reduce((sum, path) => sum + compiledBytes(folder, path, tag), 0)] as const;
  });
  const month = new Date().toLocaleString('en', { month: 'long', year: 'numeric' });
  return {
    measured: `bytecode that pip compiled on Python ${version} in ${month}`,
    bytes: Object.fromEntries(all.filter(([, bytes]) => bytes >= LIGHT).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function compiledBytes(folder: string, module: string, tag: string): number {
  const compiled = join(folder, dirname(module), '__pycache__', `${basename(module, '.py')}.${tag}.pyc`);
  return statSync(compiled, { throwIfNoEntry: false })?.size ?? 0;
}
