import { readFileSync } from 'node:fs';
import { loadPythonGrammar } from '../../server/src/core/python/parse';
import { loadShellGrammar } from '../../server/src/core/shell/parse';

const folder = '@vscode/tree-sitter-wasm/wasm';

/** Makes the grammars ready; every suite that parses files calls it in a `before`. */
export async function loadGrammar(): Promise<void> {
  const bytes = (name: string) => readFileSync(require.resolve(`${folder}/${name}`));
  await loadShellGrammar(bytes('tree-sitter.wasm'), bytes('tree-sitter-bash.wasm'));
  await loadPythonGrammar(bytes('tree-sitter-python.wasm'));
}
