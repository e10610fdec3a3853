// What the server answers to requests that are not what the protocol says: as they come, past any library's checks.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Message, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import * as protocol from '../../server/src/protocol';
import { makeFolder, removeFolders } from '../support/folders';
import { program } from '../support/plimsoll';

const TEXT = 'FROM python:3.12-slim\nRUN pip install flask\n';
const invalidParams = -32602;
const methodNotFound = -32601;

const lsp = join(__dirname, '../../server/src/lsp');
const sources = readdirSync(lsp).map(name => readFileSync(join(lsp, name), 'utf8'));

/** The requests that the server answers, as its code names them: a new one is tried without a line here. */
const answered = sources
  .flatMap(text => [...text.matchAll(/\banswering\(\s*(?:'([^']+)'|(\w+)\.method)/g)])
  .map(([, name, ours]) => name ?? Reflect.get(Reflect.get(protocol, ours ?? ''), 'method'));

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly type?: number; readonly message?: string };
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A client that sends whatever it is told to. */
class RawClient {
  /** What the server logged as an error or a warning. */
  readonly complaints: string[] = [];
  private readonly process: ChildProcess;
  private readonly writer: StreamMessageWriter;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private last = 0;

  constructor() {
    const server = spawn(process.execPath, [program, 'lsp', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.process = server;
    this.writer = new StreamMessageWriter(server.stdin);
    new StreamMessageReader(server.stdout).listen(message => this.take(message as Message & Answer));
  }

  /** @param params none where undefined */
  ask(method: string, params: unknown): Promise<Answer> {
    const id = ++this.last;
    const answer = new Promise<Answer>(resolve => this.waiting.set(id, resolve));
    this.send({ id, method, ...(params === undefined ? {} : { params }) });
    return answer;
  }

  tell(method: string, params: unknown): void {
    this.send({ method, ...(params === undefined ? {} : { params }) });
  }

  kill(): void {
    this.process.kill('SIGKILL');
  }

  private take(answer: Answer): void {
    const { id, method, params } = answer;
    if (method === 'window/logMessage' && (params?.type ?? 0) <= 2)
      this.complaints.push(params?.message ?? '');
    if (id === undefined) return;
    // What the server asks is answered with nothing.
    if (method !== undefined) this.send({ id, result: null });
    else this.waiting.get(id)?.(answer);
  }

  private send(message: object): void {
    void this.writer.write({ jsonrpc: '2.0', ...message } as Message);
  }
}

const ODD: readonly unknown[] = [
  undefined,
  null,
  7,
  'text',
  true,
  [],
  [null],
  [7, 8],
  {},
  { textDocument: null },
  { textDocument: 7 },
  { textDocument: {} },
  { textDocument: { uri: null } },
  { textDocument: { uri: 7 } },
  { textDocument: { uri: [] } },
  { uri: null },
  { uri: 7 },
  { uri: {} },
  { id: null },
  { id: 7 },
  { workDoneToken: null },
  { position: null, range: null, context: null },
];

/** For a document that is open: whatever else is wrong. */
const oddPlaces = (uri: string): unknown[] => [
  { textDocument: { uri } },
  ...[
    null,
    7,
    [],
    {},
    { line: null },
    { line: 0 },
    { line: 'x', character: 0 },
    { line: -1, character: 0.5 },
  ].map(position => ({
    textDocument: { uri },
    position,
    range: { start: position, end: position },
    context: null,
  })),
];

describe('requests that are not what the protocol says', function () {
  this.timeout(60_000);

  let client: RawClient;
  let uri: string;

  before(async () => {
    uri = pathToFileURL(join(makeFolder({ Dockerfile: TEXT }), 'Dockerfile')).href;
    client = new RawClient();
    await client.ask('initialize', {
      processId: null,
      rootUri: null,
      capabilities: {
        textDocument: { codeAction: { resolveSupport: { properties: ['edit'] } }, diagnostic: {} },
      },
    });
    client.tell('initialized', {});
    client.tell('textDocument/didOpen', {
      textDocument: { uri, languageId: 'dockerfile', version: 1, text: TEXT },
    });
  });

  after(() => {
    client.kill();
    removeFolders();
  });

  afterEach(() => assert.deepEqual(client.complaints.splice(0), []));

  const assertAllInvalid = async (method: string, all: readonly unknown[]) => {
    for (const params of all) {
      const { error, result } = await client.ask(method, params);
      assert.equal(
        error?.code,
        invalidParams,
        `${JSON.stringify(params)}: ${JSON.stringify(error ?? result)}`,
      );
      assert.doesNotMatch(error?.message ?? '', /TypeError|Cannot read|\n/);
    }
  };

  it('are all answered by `answering`, which says what is wrong with them', () => {
    assert.ok(answered.includes('textDocument/hover') && answered.includes('plimsoll/provable'));
    const others = sources.flatMap(text => text.match(/\bonRequest\([^,]*,\s*(?!answering\b)\S.*/g) ?? []);
    assert.deepEqual(others, []);
  });

  for (const method of answered.filter(it => it !== 'codeAction/resolve')) {
    it(`${method} answers that they are invalid`, async () => {
      await assertAllInvalid(method, ODD);
    });
  }

  for (const method of ['textDocument/hover', 'textDocument/codeAction']) {
    it(`${method} answers that odd places are invalid`, async () => {
      await assertAllInvalid(method, oddPlaces(uri));
    });
  }

  it('textDocument/diagnostic passes over an odd result id', async () => {
    for (const previousResultId of [null, 7, {}, [], '']) {
      const { result } = await client.ask('textDocument/diagnostic', {
        textDocument: { uri },
        previousResultId,
      });
      assert.match(JSON.stringify(result), /"full".*pip-cache-left/);
    }
  });

  it('codeAction/resolve answers that what is no action is invalid', async () => {
    await assertAllInvalid('codeAction/resolve', [undefined, null, 7, 'text', true, [], [null], [7, 8]]);
  });

  it('codeAction/resolve gives an action with odd data back as it is', async () => {
    const ours = { kind: 'convert', uri, version: 1, conversion: 'multi-stage-venv', offer: 0 };
    const data: unknown[] = [
      undefined,
      null,
      7,
      'text',
      [],
      [null],
      {},
      { kind: 'convert' },
      { kind: 'fix-all' },
      { kind: 'fix-all', uri: null },
      { kind: 'fix-all', uri: 7 },
      { kind: 'fix-all', uri: 'nothing' },
      { kind: 'fix-all', uri: 'file:///%E0%A4%A/Dockerfile' },
      { kind: 'other', uri },
      { kind: null, uri },
      ...[null, 7, {}, 'nothing'].map(other => ({ ...ours, uri: other })),
      ...[null, '1', {}].map(version => ({ ...ours, version })),
      ...[null, 7, 'nothing', '__proto__', 'constructor', {}].map(conversion => ({ ...ours, conversion })),
      ...[null, -1, 0.5, 1e9, 'constructor', 'length', {}].map(offer => ({ ...ours, offer })),
    ];
    const actions = [
      {},
      { title: null, data: null },
      { edit: 7 },
      ...data.map(it => ({ title: 'x', ...(it === undefined ? {} : { data: it }) })),
    ];
    for (const action of actions) {
      const { result, error } = await client.ask('codeAction/resolve', action);
      assert.deepEqual(result, action, JSON.stringify(error));
    }
  });

  it('of methods that nobody has answer that there is no such method', async () => {
    const others = ['completion', 'inlayHint', 'definition', 'codeLens'].map(name => `textDocument/${name}`);
    const all = [...others, 'workspace/executeCommand', 'completionItem/resolve', 'nothing', ''];
    for (const method of all.filter(it => !answered.includes(it))) {
      for (const params of ODD) assert.equal((await client.ask(method, params)).error?.code, methodNotFound);
    }
  });

  it('as notifications do nothing', async () => {
    // The client may say so at any time, and the server logs what was wrong with it.
    for (const params of ODD) client.tell('plimsoll/watchEngine', params);
    for (const params of ODD) client.tell('plimsoll/trustGranted', params);
    const { result } = await client.ask('textDocument/hover', {
      textDocument: { uri },
      position: { line: 1, character: 5 },
    });
    assert.match(JSON.stringify(result), /pip-cache-left/);
  });
});

describe('an initialize request that is not what the protocol says', function () {
  this.timeout(60_000);

  const all: readonly unknown[] = [
    undefined,
    null,
    {},
    { capabilities: null },
    { capabilities: 7 },
    { capabilities: { textDocument: { codeAction: { resolveSupport: {} } } } },
    { capabilities: {}, workspaceFolders: [null, 7, {}, { uri: 7 }] },
    { capabilities: {}, workspaceFolders: 7, rootUri: 7, processId: 'x' },
    { capabilities: {}, initializationOptions: { rulePage: 7, opensRules: 'x', trusted: 1 } },
    { capabilities: {}, initializationOptions: 7 },
  ];
  for (const params of all) {
    it(`is answered, and what follows too: ${JSON.stringify(params)}`, async () => {
      const client = new RawClient();
      const { result, error } = await client.ask('initialize', params);
      assert.match(JSON.stringify(result ?? error), /hoverProvider/);
      client.tell('initialized', {});
      const textDocument = { uri: 'untitled:Dockerfile', languageId: 'dockerfile', version: 1, text: TEXT };
      client.tell('textDocument/didOpen', { textDocument });
      const found = await client.ask('textDocument/diagnostic', { textDocument });
      assert.match(JSON.stringify(found.result), /pip-cache-left/);
      assert.deepEqual(client.complaints, []);
      client.kill();
    });
  }
});
