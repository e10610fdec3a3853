import { Command } from 'commander';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from '../lsp/server';

export function lspCommand(): Command {
  return new Command('lsp')
    .description('start the language server')
    .requiredOption('--stdio', 'speak over standard input and output')
    .action(() => startServer(createConnection(ProposedFeatures.all, process.stdin, process.stdout)));
}
