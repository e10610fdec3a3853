import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { makeFolder } from './folders';
import { type ClientOptions, LspClient } from './lsp-client';
import { manyProjects, type ProjectFile } from './many-projects';
import { program } from './plimsoll';

/** The server of `npm run build` in a process of its own, as an editor starts it. */
export class ServerProcess {
  readonly client: LspClient;
  private readonly ended: Promise<unknown[]>;

  private constructor(
    readonly process: ChildProcess,
    connection: ProtocolConnection,
    options: ClientOptions,
  ) {
    running.push(process);
    this.ended = once(process, 'exit');
    // A server that ends while something is written to it is what some tests are about.
    process.stdin?.on('error', () => undefined);
    this.client = new LspClient(connection, options);
  }

  /** Over standard input and output; not yet initialized. */
  static overStdio(
    options: ClientOptions,
    environment: Readonly<Record<string, string>> = {},
  ): ServerProcess {
    const server = spawn(process.execPath, [program, 'lsp', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...environment },
    });
    const connection = createProtocolConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    return new ServerProcess(server, connection, options);
  }

  /** Over a channel between processes, as VS Code does; not yet initialized. */
  static overIpc(options: ClientOptions): ServerProcess {
    const server = fork(program, ['lsp', '--node-ipc'], { execArgv: [] });
    const connection = createProtocolConnection(new IPCMessageReader(server), new IPCMessageWriter(server));
    return new ServerProcess(server, connection, options);
  }

  /** @returns its exit code, and after how many milliseconds it ended */
  async end(): Promise<{ code: number | null; after: number }> {
    const since = performance.now();
    const [code] = await this.ended;
    return { code: code as number | null, after: performance.now() - since };
  }

  /** Milliseconds of processor time that it has used. Linux only. */
  processorTime(): number {
    const fields = readFileSync(`/proc/${this.process.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** The processor time that it has used when it ends, however soon that is. Linux only. */
  async processorTimeAtEnd(): Promise<number> {
    let used = 0;
    for (;;) {
      try {
        used = this.processorTime();
      } catch {
        return used;
      }
      await nextTurn();
    }
  }

  /** Resolves when it has used some processor time more. @param milliseconds @returns what it has used then */
  async works(milliseconds: number): Promise<number> {
    const since = this.processorTime();
    while (this.processorTime() < since + milliseconds) await nextTurn();
    return this.processorTime();
  }

  /** Megabytes of memory that it holds, each of 1,024 kilobytes, as process viewers count. Linux only. */
  memory(): number {
    const status = readFileSync(`/proc/${this.process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }
}

const running: ChildProcess[] = [];

/** Ends the servers of a test that has not. */
export function killServers(): void {
  for (const process of running.splice(0)) process.kill('SIGKILL');
}

export interface BusyServer {
  readonly server: ServerProcess;
  readonly client: LspClient;
  readonly folder: string;
  readonly opened: readonly ProjectFile[];
  readonly uri: (path: string) => string;
}

/** A server with five hundred open documents of a hundred projects, and with whatever else there is in the folder. */
export async function serverWithManyDocuments(
  more: Readonly<Record<string, string>> = {},
): Promise<BusyServer> {
  const { opened, files } = manyProjects(100);
  const folder = makeFolder({ ...files, ...more });
  const server = ServerProcess.overStdio({ folder });
  const { client } = server;
  await client.initialize({ folder });
  const uri = (path: string) => pathToFileURL(join(folder, path)).href;
  for (const { path, text, languageId } of opened) await client.openFile(uri(path), text, languageId);
  return { server, client, folder, opened, uri };
}
