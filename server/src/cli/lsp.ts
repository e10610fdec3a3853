import { Command } from 'commander';

export function lspCommand(): Command {
  return new Command('lsp')
    .description('start the language server')
    .requiredOption('--stdio', 'speak over standard input and output')
    .action(start);
}

/** Other commands start without the libraries of the protocol. */
async function start(): Promise<void> {
  await import('../lsp/spare-memory');
  const [{ createConnection }, { FEATURES }, { serve }] = await Promise.all([
    import('vscode-languageserver/node'),
    import('../lsp/features'),
    import('../lsp/life'),
  ]);
  serve(createConnection(FEATURES, process.stdin, process.stdout));
}
