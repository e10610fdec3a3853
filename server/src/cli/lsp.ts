import { Command, Option } from 'commander';
import { Misuse } from './exit';
import { warn } from './output';

interface LspOptions {
  readonly stdio?: boolean;
  readonly nodeIpc?: boolean;
}

export function lspCommand(): Command {
  return (
    new Command('lsp')
      .description('start the language server')
      .option('--stdio', 'communicate over standard input and output')
      .option('--node-ipc', 'communicate over the IPC channel of the parent process, as VS Code does')
      // Editors add it; the library of the protocol reads it and ends the server with that process.
      .addOption(new Option('--clientProcessId <id>').hideHelp())
      .action(start)
  );
}

/** Other commands start without the libraries of the protocol. */
async function start({ stdio, nodeIpc }: LspOptions): Promise<void> {
  if (Boolean(stdio) === Boolean(nodeIpc)) throw new Misuse('usage: plimsoll lsp --stdio');
  if (nodeIpc && !process.connected)
    throw new Misuse('--node-ipc needs an IPC channel to the parent process');
  await import('../lsp/spare-memory-first');
  const { serveChannel, serveStreams } = await import('../lsp/life');
  if (nodeIpc) serveChannel();
  else serveStreams(process.stdin, process.stdout, warn);
}
