import type { Readable, Writable } from 'node:stream';
import {
  type Connection,
  createConnection,
  IPCMessageReader,
  IPCMessageWriter,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { Surprises } from './answering';
import { messagesOf, prompt } from './input';
import { type Server, startServer } from './server';
import { FEATURES } from './visible-log';

/** Runs the language server as a process of its own, which lives as long as its client does, and no longer. */
function serve(connection: Connection): Server {
  const server = startServer(connection, processId => endWith(processId, end));
  const end = () => process.exit(server.isShutDown() ? 0 : 1);
  surviveSurprises(connection);
  // A channel between processes closes by an event of its own, and when nobody reads what is answered, writing is what
  // fails.
  process.once('disconnect', end);
  process.stdout.once('error', end);
  return server;
}

/**
 * The same over the channel of a process that was forked by its editor. Node reads the messages of such a channel, and
 * nobody but the process that made it can write to it: they are not limited.
 */
export function serveChannel(): void {
  const exit = (code: number) => process.exit(code);
  serve(
    createConnection(FEATURES, prompt(new IPCMessageReader(process), exit), new IPCMessageWriter(process)),
  );
}

/**
 * The same over a pair of streams.
 *
 * @param onProblem told why it ends, where a message is none
 */
export function serveStreams(input: Readable, output: Writable, onProblem: (problem: string) => void): void {
  const messages = messagesOf(input, ({ code, problem }) => {
    if (problem !== undefined) onProblem(problem);
    process.exit(code ?? (server.isShutDown() ? 0 : 1));
  });
  const server = serve(createConnection(FEATURES, messages, new StreamMessageWriter(output)));
}

/** An unexpected error is logged, and costs nothing but the one thing that it happened in. */
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
