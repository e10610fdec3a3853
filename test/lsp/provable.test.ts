import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Provable, provable } from '../../server/src/protocol';
import { makeFolder, removeFolders } from '../support/folders';
import { LspClient } from '../support/lsp-client';

const DOCKERFILE = 'FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n';

describe('what the language server says of a proof', () => {
  let folder: string;
  let client: LspClient;

  afterEach(async () => {
    await client.stop();
    removeFolders();
  });

  async function ask(files: Readonly<Record<string, string>>, path: string): Promise<Provable | null> {
    folder = makeFolder(files);
    client = await LspClient.start({ folder });
    const uri = pathToFileURL(join(folder, path)).href;
    await client.openFile(uri, files[path] ?? '', /Dockerfile/.test(path) ? 'dockerfile' : 'yaml');
    return client.connection.sendRequest(provable.method, { uri });
  }

  it('names the conversions that are offered, and the services that they are offered for', async () => {
    const compose = (name: string) =>
      `  ${name}:\n    image: python:3.11-slim\n    working_dir: /src\n    command: sh -c "pip install flask && python main.py"\n    volumes:\n      - ./${name}:/src\n`;
    const files = {
      'compose.yaml': `services:\n${compose('web')}${compose('job')}`,
      'web/main.py': 'import flask\n',
      'job/main.py': 'import flask\n',
    };
    const found = await ask(files, 'compose.yaml');
    const install = found?.conversions.find(({ id }) => id === 'runtime-install-to-image');
    assert.deepEqual(install?.subjects, ['web', 'job']);
    assert.equal(install.title, 'Build an image instead of installing at every start');
  });

  it('takes the folder of a Dockerfile that nothing else reads', async () => {
    const files = { 'api/Dockerfile': DOCKERFILE, 'api/requirements.txt': 'flask\n', 'web/index.html': '' };
    assert.equal((await ask(files, 'api/Dockerfile'))?.folder, join(folder, 'api'));
  });

  it('takes the folder that a service builds the Dockerfile from', async () => {
    const files = {
      'shop/compose.yaml':
        'services:\n  api:\n    build:\n      context: .\n      dockerfile: api/Dockerfile\n',
      'shop/api/Dockerfile': DOCKERFILE,
      'shop/requirements.txt': 'flask\n',
    };
    assert.equal((await ask(files, 'shop/api/Dockerfile'))?.folder, join(folder, 'shop'));
  });

  it('takes in what services mount from beside, and nothing from outside of the workspace', async () => {
    const files = {
      'shop/deploy/compose.yaml':
        'services:\n  api:\n    build: ..\n    volumes:\n      - ../../shared:/shared\n      - ../../../elsewhere:/elsewhere\n',
      'shop/Dockerfile': DOCKERFILE,
      'shared/settings.json': '{}',
    };
    assert.equal((await ask(files, 'shop/deploy/compose.yaml'))?.folder, folder);
  });

  it('is nothing for a file that is neither', async () => {
    assert.equal(await ask({ 'values.yaml': 'a: 1\n' }, 'values.yaml'), null);
  });
});
