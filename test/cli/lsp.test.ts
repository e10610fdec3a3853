import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { provable } from '../../server/src/protocol';
import { makeFolder, removeFolders } from '../support/folders';
import { LspClient } from '../support/lsp-client';
import { program } from '../support/plimsoll';

describe('plimsoll lsp', () => {
  afterEach(removeFolders);

  async function serve(folder: string) {
    const server = spawn(process.execPath, [program, 'lsp', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const reader = new StreamMessageReader(server.stdout);
    const writer = new StreamMessageWriter(server.stdin);
    const client = new LspClient(createProtocolConnection(reader, writer), { folder });
    await client.initialize({ folder });
    return { server, client };
  }

  it('answers and ends where pipes without another end stand in the place of files', async function () {
    if (process.platform === 'win32') this.skip();
    const text = 'FROM python:3.12-slim\nRUN pip install flask\nCOPY . .\n';
    const folder = makeFolder({ Dockerfile: text, 'main.py': 'import flask\n' });
    const pipes = ['.dockerignore', '.plimsoll.yaml', '.hadolint.yaml', '.gitignore', '.env', 'code.py'];
    for (const name of [
      ...pipes,
      'requirements.txt',
      'pyproject.toml',
      'uv.lock',
      'compose.yaml',
      'api.Dockerfile',
    ])
      execFileSync('mkfifo', [join(folder, name)]);
    const { server, client } = await serve(folder);
    const uri = pathToFileURL(join(folder, 'Dockerfile')).href;
    await client.openFile(uri, text);
    await client.connection.sendRequest(provable.method, { uri });
    assert.ok((await client.diagnostics(uri)).some(it => it.code === 'pip-cache-left'));
    await client.connection.sendRequest('shutdown');
    await client.connection.sendNotification('exit');
    const [code] = await once(server, 'close');
    assert.equal(code, 0);
  });

  it('serves any editor over standard input and output', async () => {
    const text = 'FROM python:3.12-slim\nRUN pip install flask\n';
    const folder = makeFolder({ Dockerfile: text });
    const { server, client } = await serve(folder);
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
