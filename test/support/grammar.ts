import { readFileSync } from 'node:fs';
import { loadShellGrammar } from '../../server/src/core/shell/parse';

const folder = '@vscode/tree-sitter-wasm/wasm';

/** Makes the shell grammar ready; every suite that parses files calls it in a `before`. */
export function loadGrammar(): Promise<void> {
  const bytes = (name: string) => readFileSync(require.resolve(`${folder}/${name}`));
  return loadShellGrammar(bytes('tree-sitter.wasm'), bytes('tree-sitter-bash.wasm'));
}
