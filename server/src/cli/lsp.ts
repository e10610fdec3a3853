import { Command } from 'commander';

export function lspCommand(): Command {
  return new Command('lsp')
    .description('start the language server')
    .requiredOption('--stdio', 'speak over standard input and output')
    .action(serve);
}

/** Other commands start without the libraries of the protocol. */
async function serve(): Promise<void> {
  const [{ createConnection }, { FEATURES }, { startServer }] = await Promise.all([
    import('vscode-languageserver/node'),
    import('../lsp/features'),
    import('../lsp/server'),
  ]);
  startServer(createConnection(FEATURES, process.stdin, process.stdout));
}
