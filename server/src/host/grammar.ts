import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadShellGrammar } from '../core/shell/parse';

const RUNTIME = 'tree-sitter.wasm';
const BASH = 'tree-sitter-bash.wasm';

/**
 * Makes the bash grammar ready for the core: from beside the bundle that runs, or from the package where the program
 * runs from its sources.
 *
 * @throws Error where the two files are in neither place
 */
export async function loadGrammar(): Promise<void> {
  const folder = grammarFolder();
  const [runtime, bash] = await Promise.all([readFile(join(folder, RUNTIME)), readFile(join(folder, BASH))]);
  await loadShellGrammar(runtime, bash);
}

function grammarFolder(): string {
  return existsSync(join(__dirname, RUNTIME)) ? __dirname : packageFolder();
}

function packageFolder(): string {
  return dirname(createRequire(__filename).resolve('@vscode/tree-sitter-wasm'));
}
