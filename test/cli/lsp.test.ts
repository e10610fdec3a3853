import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { makeFolder, removeFolders } from '../support/folders';
import { LspClient } from '../support/lsp-client';
import { program } from '../support/plimsoll';

describe('plimsoll lsp', () => {
  afterEach(removeFolders);

  it('serves any editor over standard input and output', async () => {
    const text = 'FROM python:3.12-slim\nRUN pip install flask\n';
    const folder = makeFolder({ Dockerfile: text });
    const server = spawn(process.execPath, [program, 'lsp', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const reader = new StreamMessageReader(server.stdout);
    const writer = new StreamMessageWriter(server.stdin);
    const client = new LspClient(createProtocolConnection(reader, writer), { folder });
    await client.initialize({ folder });
    const uri = pathToFileURL(join(folder, 'Dockerfile')).href;
    await client.openFile(uri, text);
    const found = await client.diagnosticsThat(uri, all => all.length > 0);
    assert.ok(found.some(it => it.code === 'pip-cache-left'));

    await client.connection.sendRequest('shutdown');
    await client.connection.sendNotification('exit');
    const [code] = await once(server, 'close');
    assert.equal(code, 0);
  });
});
