import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatEndpoint } from '../../server/src/docker/endpoint';
import type { Engine } from '../../server/src/docker/engine';

/**
 * A socket of our own in front of the real engine's, which can be closed in the middle of a read and opened
 * again without stopping the engine that others use. It notes what is asked.
 */
export class EngineDoor {
  /** Each request as `GET /path`. */
  readonly requests: string[] = [];
  readonly path: string;
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly happened = new EventEmitter();

  private constructor(
    private readonly folder: string,
    private readonly real: Engine,
  ) {
    this.path = join(folder, 'docker.sock');
  }

  static async inFrontOf(real: Engine): Promise<EngineDoor> {
    return new EngineDoor(await mkdtemp(join(tmpdir(), 'plimsoll-door-')), real);
  }

  async open(): Promise<void> {
    this.server = createServer(socket => this.connect(socket)).listen(this.path);
    await once(this.server, 'listening');
  }

  async close(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.folder, { recursive: true });
  }

  /** Resolves when the engine has sent so many bytes from now on. */
  async sent(bytes: number): Promise<void> {
    for (let left = bytes; left > 0; ) {
      const [length] = (await once(this.happened, 'sent')) as [number];
      left -= length;
    }
  }

  /** Resolves when nobody is connected. */
  async idle(): Promise<void> {
    while (this.sockets.size > 0) await once(this.happened, 'left');
  }

  private connect(client: Socket): void {
    const engine = createConnection(formatEndpoint(this.real.endpoint));
    for (const [from, to] of [
      [client, engine],
      [engine, client],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        this.sockets.delete(from);
        this.happened.emit('left');
      });
    }
    client.on('data', data => this.note(data.toString('latin1')));
    engine.on('data', data => this.happened.emit('sent', data.length));
    client.pipe(engine);
    engine.pipe(client);
  }

  private note(data: string): void {
    const request = /^([A-Z]+ \S+) HTTP/.exec(data)?.[1];
    if (request) this.requests.push(request.replace(/\?.*/, ''));
  }
}
