// How the server ends, and what does not end it: in a process of its own, as editors start it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeFolder, removeFolders } from '../support/folders';
import { FULL_CLIENT } from '../support/lsp-client';
import { program } from '../support/plimsoll';
import { killServers, ServerProcess, serverWithManyDocuments } from '../support/server-process';

const TEXT = 'FROM python:3.12-slim\nRUN pip install flask\n';

/**
 * Milliseconds. What is promised is one second on a machine that has nothing else to do; the library's own look at its
 * client comes only after three.
 */
const SOON = 2500;

function assertEnded({ code, after }: { code: number | null; after: number }, wanted?: number): void {
  if (wanted !== undefined) assert.equal(code, wanted);
  assert.ok(after < SOON, `it took ${after.toFixed(0)} ms`);
}

describe('the life of the server', function () {
  this.timeout(120_000);

  afterEach(() => {
    killServers();
    removeFolders();
  });

  const folderWithFile = () => {
    const folder = makeFolder({ Dockerfile: TEXT });
    return { folder, uri: pathToFileURL(join(folder, 'Dockerfile')).href };
  };

  async function started(environment: Readonly<Record<string, string>> = {}) {
    const { folder, uri } = folderWithFile();
    const server = ServerProcess.overStdio({ folder }, environment);
    await server.client.initialize({ folder });
    await server.client.openFile(uri, TEXT);
    return { server, client: server.client, uri, folder };
  }

  describe('ends within a second', () => {
    it('when it was shut down, with code 0, also with 500 documents to look through', async () => {
      const { server, client, opened, uri } = await serverWithManyDocuments();
      for (const { path } of opened) client.diagnostics(uri(path)).catch(() => undefined);
      await client.hover(uri(opened[0]?.path ?? ''), 0, 0);
      const ended = server.end();
      await client.connection.sendRequest('shutdown');
      void client.connection.sendNotification('exit');
      assertEnded(await ended, 0);
    });

    it('when it is to exit without being shut down, with code 1', async () => {
      const { server, client, opened, uri } = await serverWithManyDocuments();
      for (const { path } of opened) client.diagnostics(uri(path)).catch(() => undefined);
      await client.hover(uri(opened[0]?.path ?? ''), 0, 0);
      const ended = server.end();
      void client.connection.sendNotification('exit');
      assertEnded(await ended, 1);
    });

    it('when its standard input closes, while it looks through a large folder', async () => {
      const { folder, uri } = folderWithFile();
      for (let n = 0; n < 200; n++) {
        mkdirSync(join(folder, `data${n}`));
        for (let file = 0; file < 50; file++) writeFileSync(join(folder, `data${n}/${file}`), '');
      }
      const server = ServerProcess.overStdio({ folder });
      await server.client.initialize({ folder });
      await server.client.openFile(uri, TEXT);
      server.client
        .actions(uri, { start: { line: 1, character: 5 }, end: { line: 1, character: 5 } })
        .catch(() => undefined);
      await server.client.hover(uri, 1, 5);
      const ended = server.end();
      server.process.stdin?.destroy();
      assertEnded(await ended, 1);
    });

    it('when nobody reads what it says', async () => {
      const { server, client, uri } = await started();
      const ended = server.end();
      server.process.stdout?.destroy();
      client.diagnostics(uri).catch(() => undefined);
      client.hover(uri, 1, 5).catch(() => undefined);
      // Nobody is there to be told by a code.
      assertEnded(await ended);
    });

    it('when the channel to its editor closes', async () => {
      const { folder, uri } = folderWithFile();
      const server = ServerProcess.overIpc({ folder });
      await server.client.initialize({ folder });
      await server.client.openFile(uri, TEXT);
      await server.client.diagnostics(uri);
      const ended = server.end();
      server.process.disconnect();
      assertEnded(await ended, 1);
    });

    it('when the process that it was started for ends, though its input stays open', async () => {
      const editor = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      const { folder } = folderWithFile();
      const server = ServerProcess.overStdio({ folder });
      await server.client.connection.sendRequest('initialize', {
        processId: editor.pid,
        rootUri: null,
        capabilities: FULL_CLIENT,
      });
      const gone = once(editor, 'exit');
      editor.kill('SIGKILL');
      await gone;
      assertEnded(await server.end(), 1);
    });

    it('when the process that it was started for has ended already', async () => {
      const editor = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
      await once(editor, 'exit');
      const { folder } = folderWithFile();
      const server = ServerProcess.overStdio({ folder });
      const ready = once(server.process, 'spawn');
      await ready;
      const answered = server.client.connection
        .sendRequest('initialize', { processId: editor.pid, rootUri: null, capabilities: {} })
        .catch(() => undefined);
      const { code } = await server.end();
      assert.equal(code, 1);
      void answered;
    });

    it('when it is to exit behind twenty thousand requests that were cancelled', async () => {
      const { server, uri } = await started();
      const frame = (message: object) => {
        const text = JSON.stringify({ jsonrpc: '2.0', ...message });
        return `Content-Length: ${text.length}\r\n\r\n${text}`;
      };
      const params = {
        textDocument: { uri },
        range: { start: { line: 1, character: 0 }, end: { line: 1, character: 1 } },
        context: { diagnostics: [] },
      };
      const messages = Array.from(
        { length: 20_000 },
        (_, id) =>
          frame({ id: `many${id}`, method: 'textDocument/codeAction', params }) +
          frame({ method: '$/cancelRequest', params: { id: `many${id}` } }),
      );
      const ended = server.end();
      server.process.stdin?.write(messages.join('') + frame({ method: 'exit' }));
      assertEnded(await ended, 1);
    });

    it('when it is to exit behind twenty thousand requests over the channel to its editor', async function () {
      if (process.platform !== 'linux') this.skip();
      const { folder, uri } = folderWithFile();
      const server = ServerProcess.overIpc({ folder });
      await server.client.initialize({ folder });
      await server.client.openFile(uri, TEXT);
      await server.client.diagnostics(uri);
      const before = server.processorTime();
      const used = server.processorTimeAtEnd();
      const params = { textDocument: { uri }, position: { line: 1, character: 5 } };
      for (let id = 0; id < 20_000; id++)
        server.process.send({ jsonrpc: '2.0', id: `many${id}`, method: 'textDocument/hover', params });
      server.process.send({ jsonrpc: '2.0', method: 'exit' });
      const took = (await used) - before;
      assert.equal(server.process.exitCode, 1);
      assert.ok(took < 1000, `it took ${took} ms`);
    });

    it('when it is started over a socket, which is not offered, with code 1', async () => {
      const server = spawn(process.execPath, [join(program, '../server.js'), '--socket=1'], {
        stdio: 'ignore',
      });
      const [code] = await once(server, 'exit');
      assert.equal(code, 1);
    });

    const notMessages: readonly [string, string][] = [
      ['has less than no bytes', 'Content-Length: -5\r\n\r\n{}'],
      ['has more bytes than anything', 'Content-Length: 99999999999999\r\n\r\n{}'],
      ['has a header that does not end', 'A'.repeat(10_000_000)],
    ];
    for (const [what, text] of notMessages) {
      it(`when a message ${what}, with code 1`, async () => {
        const { server } = await started();
        const ended = server.end();
        server.process.stdin?.write(text);
        assertEnded(await ended, 1);
      });
    }

    it('while an engine that says nothing is waited for', async () => {
      const asked = new Promise<void>(resolve => {
        silent.once('connection', () => resolve());
      });
      const { server, client } = await started({ DOCKER_HOST: `tcp://127.0.0.1:${await listening()}` });
      await asked;
      const ended = server.end();
      await client.connection.sendRequest('shutdown');
      void client.connection.sendNotification('exit');
      assertEnded(await ended, 0);
      silent.close();
    });

    const silent = createServer();
    const listening = () =>
      new Promise<number>(resolve => {
        silent.listen(0, '127.0.0.1', () => {
          const address = silent.address();
          resolve(typeof address === 'object' && address ? address.port : 0);
        });
      });
  });

  describe('survives', () => {
    /** Whatever was sent, the server still answers, and has logged nothing twice. */
    async function assertAlive({ client, uri }: Awaited<ReturnType<typeof started>>): Promise<void> {
      assert.match(JSON.stringify(await client.hover(uri, 1, 5)), /pip-cache-left/);
      const logged = client.log.filter(line => /failed/.test(line));
      assert.deepEqual(logged, [...new Set(logged)]);
    }

    const methods = [
      'textDocument/hover',
      'textDocument/codeAction',
      'textDocument/diagnostic',
      'codeAction/resolve',
      'plimsoll/provable',
    ];
    const malformed: readonly unknown[] = [
      {},
      [],
      [null],
      { textDocument: null },
      { textDocument: { uri: 5 } },
      { textDocument: { uri: 'file:///nowhere/Dockerfile' } },
      { textDocument: { uri: 'nothing' }, position: { line: -1, character: 'x' }, range: 7, context: null },
      { title: 'x', data: { kind: 'convert', uri: 7 } },
      {
        title: 'x',
        data: { kind: 'convert', uri: 'file:///nowhere/Dockerfile', conversion: 'no', offer: 3 },
      },
      { title: 'x', data: 'y' },
    ];

    for (const method of methods) {
      it(`malformed params of ${method}`, async () => {
        const server = await started();
        const { connection } = server.client;
        for (const params of malformed) {
          await connection.sendRequest(method, params as object).catch((error: { code: number }) => {
            assert.ok([-32600, -32601, -32602, -32603, -32801].includes(error.code), String(error.code));
          });
        }
        await assertAlive(server);
      });
    }

    it('malformed notifications', async () => {
      const server = await started();
      const { connection } = server.client;
      const notify = (method: string, params: unknown) =>
        connection.sendNotification(method, params as object);
      for (const method of ['didOpen', 'didChange', 'didClose', 'didSave']) {
        for (const params of malformed) await notify(`textDocument/${method}`, params);
      }
      await notify('textDocument/didOpen', { textDocument: { uri: 'file:///a/Dockerfile', version: 1 } });
      await notify('textDocument/didOpen', {
        textDocument: { uri: 7, languageId: 'dockerfile', text: 'FROM a' },
      });
      await notify('textDocument/didChange', {
        textDocument: { uri: 'file:///never/opened/Dockerfile', version: 2 },
        contentChanges: [{ text: 'FROM a' }],
      });
      await notify('textDocument/didChange', {
        textDocument: { uri: server.uri, version: 2 },
        contentChanges: [7],
      });
      for (const changes of [undefined, null, 7, [null], [{}], [{ uri: 7 }], [{ uri: 'file://%%%' }]]) {
        await notify('workspace/didChangeWatchedFiles', { changes });
      }
      await notify('workspace/didChangeWorkspaceFolders', {});
      await notify('workspace/didChangeConfiguration', null);
      await assertAlive(server);
    });

    it('positions behind the end, documents that are opened twice or named strangely', async () => {
      const server = await started();
      const { client, uri, folder } = server;
      assert.equal(await client.hover(uri, 4000, 4000), null);
      await client.actions(uri, { start: { line: 9, character: 9 }, end: { line: 99, character: 99 } });
      await client.openFile(uri, 'FROM python:3.12-slim\nRUN pip install --no-cache-dir flask\n');
      assert.ok(!(await client.diagnostics(uri)).some(it => it.code === 'pip-cache-left'));
      await client.openFile(uri, TEXT);
      const strange = [
        'untitled:Untitled-1',
        'untitled:/x/Dockerfile',
        'file:///%E0%A4%A/Dockerfile',
        'file:///a%2Fb/Dockerfile',
        'file://host/share/Dockerfile',
        `${pathToFileURL(folder).href}/%F0%9F%90%B3/Dockerfile`,
        'vscode-vfs://github/a/b/Dockerfile',
        '',
      ];
      for (const name of strange) {
        await client.openFile(name, TEXT);
        assert.ok(
          (await client.diagnostics(name)).some(it => it.code === 'pip-cache-left'),
          name,
        );
        const all = await client.actions(name, {
          start: { line: 0, character: 0 },
          end: { line: 1, character: 9 },
        });
        for (const action of all) await client.resolve(action);
      }
      await assertAlive(server);
    });

    it('that a client that cannot pull has documents named strangely', async () => {
      const { diagnostic: _, ...textDocument } = FULL_CLIENT.textDocument ?? {};
      const { folder, uri } = folderWithFile();
      const server = ServerProcess.overStdio({ folder });
      const options = { folder, capabilities: { ...FULL_CLIENT, textDocument } };
      await server.client.initialize(options);
      await server.client.openFile('file:///%E0%A4%A/compose.yaml', 'services: {}\n', 'yaml');
      await server.client.openFile(uri, TEXT);
      await server.client.until(() => (server.client.published.get(uri) ?? []).length > 0);
      await assertAlive({ server, client: server.client, uri, folder });
    });

    it('folders that come and go while it works', async () => {
      const { server, client, opened, uri, folder } = await serverWithManyDocuments();
      const asked = opened.map(({ path }) => client.diagnostics(uri(path)).catch(() => undefined));
      for (let n = 0; n < 5; n++) {
        await client.changeFolders([pathToFileURL(join(folder, 'services')).href]);
        await client.changeFolders([pathToFileURL(folder).href]);
      }
      await Promise.all(asked);
      const own = uri(opened[1]?.path ?? '');
      const found = await client.diagnosticsThat(own, all => all.some(it => it.code === 'pip-cache-left'));
      assert.ok(found.length > 0);
      assert.equal(server.process.exitCode, null);
    });
  });
});
