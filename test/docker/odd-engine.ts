import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint } from '../../server/src/docker/endpoint';
import { type EngineLimits, LIMITS } from '../../server/src/docker/limits';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Answers by the path that is asked for, without its query. */
export type Answers = Readonly<Record<string, Answer>>;

/** What runs, but for the times: no test waits for seconds. */
export const QUICK: EngineLimits = {
  ...LIMITS,
  connect: 200,
  silence: 200,
  answer: 500,
  search: 1_000,
  archiveSilence: 200,
};

export const IMAGE_ID = `sha256:${'ab'.repeat(32)}`;

/** An image as the engine lists and shows it. */
export const IMAGE = {
  Id: IMAGE_ID,
  RepoTags: ['odd:1'],
  RepoDigests: [],
  Size: 1_000,
  Created: 1_700_000_000,
  Labels: {},
};

export function json(value: unknown): Answer {
  return response => response.end(JSON.stringify(value));
}

export function body(text: string | Buffer): Answer {
  return response => response.end(text);
}

/** A status that is not 200, with a body. */
export function status(code: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return response => response.writeHead(code, headers).end(text);
}

/** Takes the request and never says a word. */
export const silent: Answer = () => undefined;

/** Some bytes, and then nothing more. */
export function stalled(begun: string | Buffer): Answer {
  return response => {
    response.flushHeaders();
    if (begun.length > 0) response.write(begun);
  };
}

/** The same bytes over and over, as fast as they are read. */
export function endless(piece: Buffer, begun: string | Buffer = ''): Answer {
  return response => {
    const write = () => {
      while (!response.destroyed && response.write(piece));
    };
    response.on('drain', write);
    if (begun.length > 0) response.write(begun);
    write();
  };
}

/** A byte now and then, for ever. @param every milliseconds */
export function dribbling(every: number): Answer {
  return response => {
    const timer = setInterval(() => response.write(' '), every);
    response.on('close', () => clearInterval(timer));
  };
}

const SOUND: Answers = {
  '/_ping': body('OK'),
  '/version': json({ Version: '27.0.0' }),
  '/images/json': json([IMAGE]),
  [`/images/${IMAGE_ID}/json`]: json({ ...IMAGE, Created: '2024-01-02T03:04:05Z' }),
  '/images/odd:1/json': json({ ...IMAGE, Created: '2024-01-02T03:04:05Z' }),
  [`/images/${IMAGE_ID}/history`]: json([{ CreatedBy: 'COPY a /a', Size: 1_000, Created: 1_700_000_000 }]),
  '/events': stalled(''),
};

/** A server of our own on a socket that answers as an engine does, but for what a test says. */
export class OddEngine {
  readonly requests: string[] = [];
  private readonly happened = new EventEmitter();
  readonly endpoint: Endpoint;
  private readonly server: Server;

  private constructor(
    private readonly folder: string,
    answers: Answers,
  ) {
    this.endpoint = { kind: 'unix', path: join(folder, 'odd.sock') };
    const all: Answers = { ...SOUND, ...answers };
    this.server = createServer((request, response) => {
      const path = (request.url ?? '').replace(/\?.*/, '');
      this.requests.push(path);
      this.happened.emit('request');
      const answer = all[path] ?? status(404, '{"message":"page not found"}');
      answer(response, request);
    });
  }

  static async start(answers: Answers = {}): Promise<OddEngine> {
    const engine = new OddEngine(await mkdtemp(join(tmpdir(), 'plimsoll-odd-')), answers);
    engine.server.listen(engine.path);
    await once(engine.server, 'listening');
    return engine;
  }

  get path(): string {
    return this.endpoint.kind === 'unix' ? this.endpoint.path : '';
  }

  /** Resolves when it has been asked for a path so many times. */
  async asked(path: string, times = 1): Promise<void> {
    while (this.requests.filter(request => request === path).length < times)
      await once(this.happened, 'request');
  }

  /** Resolves when nobody is connected. */
  async idle(): Promise<void> {
    const connections = () =>
      new Promise<number>(resolve => this.server.getConnections((_, count) => resolve(count)));
    while ((await connections()) > 0) await new Promise(resolve => setImmediate(resolve));
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
    await rm(this.folder, { recursive: true });
  }
}

/** Runs with an engine that answers oddly. */
export async function withOdd<T>(answers: Answers, use: (engine: OddEngine) => Promise<T>): Promise<T> {
  const engine = await OddEngine.start(answers);
  try {
    return await use(engine);
  } finally {
    await engine.stop();
  }
}
