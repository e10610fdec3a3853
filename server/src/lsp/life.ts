import type { Connection } from 'vscode-languageserver';
import { Surprises } from './answering';
import { startServer } from './server';

/** Runs the language server as a process of its own, which lives as long as its client does, and no longer. */
export function serve(connection: Connection): void {
  const server = startServer(connection, processId => endWith(processId, end));
  const end = () => process.exit(server.isShutDown() ? 0 : 1);
  surviveSurprises(connection);
  // The library ends with standard input. A channel between processes closes by another event, and when nobody reads
  // what is answered, writing is what fails.
  process.once('disconnect', end);
  process.stdout.once('error', end);
}

/** What nobody expected is logged, and costs nothing but the one thing that it happened in. */
function surviveSurprises(connection: Connection): void {
  const surprises = new Surprises(connection);
  process.on('uncaughtException', error => surprises.log('something in the server', error));
  process.on('unhandledRejection', error => surprises.log('something in the server', error));
}

/** Milliseconds between two looks at the client's process. */
const LOOK = 500;

/**
 * The protocol asks a server to end with the process that it was started for. No event tells of that one where it is
 * no parent, and its end need not close any stream.
 */
function endWith(processId: unknown, end: () => void): void {
  if (typeof processId !== 'number') return;
  const look = () => {
    if (!isAlive(processId)) end();
  };
  look();
  setInterval(look, LOOK).unref();
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    // One that belongs to another user may not be signalled.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
