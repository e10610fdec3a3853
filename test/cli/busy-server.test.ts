// What the server promises while it has much to do: in a process of its own, over standard input and output.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CancellationTokenSource, type Diagnostic, type Hover, type Range } from 'vscode-languageserver/node';
import { removeFolders } from '../support/folders';
import { type BusyServer, killServers, serverWithManyDocuments } from '../support/server-process';

/** The line of the first worker's Dockerfile that installs its requirements. */
const PIP_INSTALL = 20;
const LATE = 'FROM python:3.12-slim\nCOPY . .\nCMD ["python", "main.py"]\n';
const cancelled = -32800;

function at(line: number): Range {
  return { start: { line, character: 6 }, end: { line, character: 6 } };
}

/** Changes of files that somebody reads and of many that nobody does, inside of projects and outside. */
function changes(uri: BusyServer['uri'], count: number): { uri: string; type: number }[] {
  const names = [
    (n: number) => `services/project${n % 100}/app/main.py`,
    (n: number) => `services/project${n % 100}/data/new${n}.csv`,
    (n: number) => `services/project${n % 100}/Dockerfile`,
    (n: number) => `services/project${n % 100}/app/module${n}.py`,
    (n: number) => `services/project${n % 100}/compose.yaml`,
    (n: number) => `services/project${n % 100}/requirements.txt`,
    (n: number) => `services/project${n % 100}/.dockerignore`,
    (n: number) => `docs/page${n}.md`,
    (n: number) => `services/project${n % 100}/node_modules/package${n}/index.js`,
    (n: number) => `../outside/file${n}`,
  ];
  return Array.from({ length: count }, (_, n) => ({
    uri: uri(names[n % names.length]?.(n) ?? ''),
    type: 1 + (n % 3),
  }));
}

describe('the server with 500 open documents', function () {
  this.timeout(120_000);

  let busy: BusyServer;

  beforeEach(async () => {
    busy = await serverWithManyDocuments({ 'late/Dockerfile': LATE, 'late/.dockerignore': '.git\n' });
  });

  afterEach(() => {
    killServers();
    removeFolders();
  });

  const pullAll = () => Promise.all(busy.opened.map(({ path }) => busy.client.diagnostics(busy.uri(path))));

  /** Asks as an editor does while somebody looks at one file. */
  async function askAboutFirst(): Promise<void> {
    const first = busy.uri(busy.opened[1]?.path ?? '');
    const [hover, found, actions] = await Promise.all([
      busy.client.hover(first, PIP_INSTALL, 5),
      busy.client.diagnostics(first),
      busy.client.actions(first, at(PIP_INSTALL)),
    ]);
    assert.match(JSON.stringify(hover), /pip-cache-left/);
    assert.ok(found.some(it => it.code === 'pip-cache-left'));
    assert.ok(actions.some(it => it.title === 'Ignore pip-cache-left here'));
  }

  /** The processor's time, since the machine may have other things to do: the server's own until it has answered. */
  async function answersAfter(send: () => Promise<void>): Promise<number> {
    const before = busy.server.processorTime();
    await send();
    await askAboutFirst();
    return busy.server.processorTime() - before;
  }

  const notify = (all: readonly object[]) =>
    busy.client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: all });

  /** An ignore file that is deleted among ten thousand other changes makes a finding in an open file. */
  async function followsTheDisk(send: (all: readonly object[]) => Promise<void>): Promise<void> {
    const late = busy.uri('late/Dockerfile');
    const isFound = (found: readonly Diagnostic[]) => found.some(it => it.code === 'missing-dockerignore');
    await busy.client.openFile(late, LATE);
    await pullAll();
    // Who asks for actions waits for the first facts.
    await busy.client.actions(late, at(1));
    assert.ok(!isFound(await busy.client.diagnostics(late)));
    rmSync(join(busy.folder, 'late/.dockerignore'));
    const all = changes(busy.uri, 10_000);
    all.splice(5_000, 0, { uri: busy.uri('late/.dockerignore'), type: 3 });
    const took = await answersAfter(() => send(all));
    assert.ok(took < 2000, `it took ${took} ms`);
    await busy.client.diagnosticsThat(late, isFound);
  }

  it('answers within two seconds after ten thousand changes of files at once, and takes them in', async () => {
    await followsTheDisk(notify);
  });

  it('answers within two seconds after ten thousand changes one by one, and takes them in', async () => {
    await followsTheDisk(async all => {
      await Promise.all(all.map(change => notify([change])));
    });
  });

  it('asks the client to pull again a few times for ten thousand changes', async () => {
    await pullAll();
    const before = busy.client.refreshes;
    await notify(changes(busy.uri, 10_000));
    await askAboutFirst();
    await pullAll();
    const asked = busy.client.refreshes - before;
    assert.ok(asked <= 20, `it asked ${asked} times`);
  });

  it('answers who looks at one file before all others are looked through', async () => {
    let pulled = 0;
    const all = busy.opened.map(({ path }) => busy.client.diagnostics(busy.uri(path)).then(() => pulled++));
    await askAboutHover();
    const done = pulled;
    await Promise.all(all);
    assert.ok(done < 100, `${done} of 500 documents went before`);
  });

  async function askAboutHover(): Promise<void> {
    const hover: Hover | null = await busy.client.hover(busy.uri(busy.opened[1]?.path ?? ''), PIP_INSTALL, 5);
    assert.match(JSON.stringify(hover), /pip-cache-left/);
  }

  it('answers cancelled requests as cancelled, those that wait too', async () => {
    const source = new CancellationTokenSource();
    const { connection } = busy.client;
    const ask = (method: string, path: string) =>
      connection.sendRequest(
        method,
        {
          textDocument: { uri: busy.uri(path) },
          position: at(PIP_INSTALL).start,
          range: at(PIP_INSTALL),
          context: { diagnostics: [] },
        },
        source.token,
      );
    const methods = ['textDocument/diagnostic', 'textDocument/codeAction', 'textDocument/hover'];
    const before = busy.server.processorTime();
    const asked = busy.opened.flatMap(({ path }) => methods.map(method => ask(method, path)));
    source.cancel();
    const answers = await Promise.allSettled(asked);
    const took = busy.server.processorTime() - before;
    const codes = answers.map(it => (it.status === 'rejected' ? it.reason.code : 'answered'));
    assert.ok(codes.every(code => code === cancelled || code === 'answered'));
    const wereCancelled = codes.filter(code => code === cancelled).length;
    assert.ok(wereCancelled > 1400, `${wereCancelled} of ${codes.length} were cancelled`);
    assert.ok(took < 2000, `it took ${took} ms`);
    await askAboutFirst();
  });

  it('says of a document that nothing changed, instead of all of it again', async () => {
    const uri = busy.uri(busy.opened[1]?.path ?? '');
    await pullAll();
    await busy.client.diagnosticsThat(uri, found => found.length > 0);
    const pull = (previousResultId?: string) =>
      busy.client.connection.sendRequest<{ kind: string; resultId: string }>('textDocument/diagnostic', {
        textDocument: { uri },
        ...(previousResultId ? { previousResultId } : {}),
      });
    let last = await pull();
    // Facts may still come in the background.
    while ((await pull(last.resultId)).kind !== 'unchanged') last = await pull();
    await busy.client.edit(uri, { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, '#\n');
    assert.equal((await pull(last.resultId)).kind, 'full');
  });

  it('holds less than 120 MB', async function () {
    if (process.platform !== 'linux') this.skip();
    await pullAll();
    for (let seen = -1; seen !== busy.client.refreshes; ) {
      seen = busy.client.refreshes;
      await pullAll();
    }
    const memory = busy.server.memory();
    assert.ok(memory < 120, `it holds ${memory.toFixed(0)} MB`);
  });
});
