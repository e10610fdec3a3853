import { Command } from 'commander';

export function lspCommand(): Command {
  return new Command('lsp')
    .description('start the language server')
    .requiredOption('--stdio', 'speak over standard input and output')
    .action(start);
}

/** Other commands start without the libraries of the protocol. */
async function start(): Promise<void> {
  const [{ createConnection, ProposedFeatures }, { serve }] = await Promise.all([
    import('vscode-languageserver/node'),
    import('../lsp/life'),
  ]);
  serve(createConnection(ProposedFeatures.all, process.stdin, process.stdout));
}
