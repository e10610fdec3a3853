import { Command } from 'commander';
import { complain } from './output';

export function lspCommand(): Command {
  return new Command('lsp')
    .description('start the language server')
    .requiredOption('--stdio', 'speak over standard input and output')
    .action(start);
}

/** Other commands start without the libraries of the protocol. */
async function start(): Promise<void> {
  await import('../lsp/spare-memory-first');
  const { serveStreams } = await import('../lsp/life');
  serveStreams(process.stdin, process.stdout, complain);
}
