// What lies outside of the workspace is read where the user trusts it.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, realpathSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic } from 'vscode-languageserver';
import { provable, trustGranted } from '../../server/src/protocol';
import { makeFolder, removeFolders } from '../support/folders';
import { LspClient } from '../support/lsp-client';

const DOCKERFILE = 'FROM python:3.12-slim\nRUN pip install flask\nCOPY . .\nUSER 1000\n';

describe('the language server, outside of the workspace', () => {
  let top: string;
  let work: string;
  let client: LspClient;
  const uriOf = (path: string) => pathToFileURL(join(work, path)).href;
  const sends = (all: readonly Diagnostic[]) =>
    String(all.find(it => it.code === 'missing-dockerignore')?.message);

  async function open(initializationOptions?: unknown): Promise<void> {
    client = await LspClient.start({ folder: work, initializationOptions });
    await client.openFile(uriOf('Dockerfile'), DOCKERFILE);
  }

  /** The answer rests on the facts, so it comes when they are there. */
  const factsOf = (uri: string) => client.connection.sendRequest(provable.method, { uri });

  beforeEach(() => {
    top = realpathSync(makeFolder({ 'tokens.env': 'TOKEN=x\n', 'work/Dockerfile': DOCKERFILE }));
    work = join(top, 'work');
  });
  afterEach(async () => {
    await client.stop();
    removeFolders();
  });

  const cases = {
    'a context above the workspace': () =>
      writeFileSync(
        join(work, 'compose.yaml'),
        'services:\n  a:\n    build:\n      context: ..\n      dockerfile: work/Dockerfile\n',
      ),
    'a context behind a link': () => {
      mkdirSync(join(top, 'else'));
      writeFileSync(join(top, 'else/tokens.env'), 'TOKEN=x\n');
      symlinkSync('../else', join(work, 'linked'));
      writeFileSync(
        join(work, 'compose.yaml'),
        'services:\n  a:\n    build:\n      context: linked\n      dockerfile: ../Dockerfile\n',
      );
    },
    'a Compose file behind a link': () => {
      writeFileSync(
        join(top, 'compose.yaml'),
        'services:\n  a:\n    build:\n      context: ..\n      dockerfile: work/Dockerfile\n',
      );
      symlinkSync('../compose.yaml', join(work, 'compose.yaml'));
    },
  };
  for (const [title, make] of Object.entries(cases)) {
    it(`reads ${title} where it is trusted, and as soon as it is`, async () => {
      make();
      await open();
      await factsOf(uriOf('Dockerfile'));
      assert.doesNotMatch(sends(await client.diagnostics(uriOf('Dockerfile'))), /tokens\.env/);
      await client.connection.sendNotification(trustGranted.method, {});
      await client.diagnosticsThat(uriOf('Dockerfile'), all => /tokens\.env/.test(sends(all)));
      await client.stop();
      await open({ trusted: true });
      await client.diagnosticsThat(uriOf('Dockerfile'), all => /tokens\.env/.test(sends(all)));
    });
  }

  it('quotes nothing of a configuration that is a link to something else, trusted or not', async () => {
    writeFileSync(join(top, 'key'), 'hunter2\nrules: [hunter2\n');
    symlinkSync('../key', join(work, '.plimsoll.yaml'));
    for (const trusted of [false, true]) {
      await open({ trusted });
      await factsOf(uriOf('Dockerfile'));
      assert.ok(!client.log.join().includes('hunter2'), client.log.join());
      if (!trusted) await client.stop();
    }
  });

  it('goes by the text of the editor where the disk has bytes that are no UTF-8', async () => {
    writeFileSync(join(work, 'Dockerfile'), Buffer.from(`# caf\xe9\n${DOCKERFILE}`, 'latin1'));
    await open();
    await factsOf(uriOf('Dockerfile'));
    const found = await client.diagnostics(uriOf('Dockerfile'));
    assert.ok(found.length > 0);
    assert.ok(found.every(it => it.code !== 'not-utf8'));
  });

  it('answers beside a device in the place of every file that it would read', async function () {
    if (!existsSync('/dev/zero')) this.skip();
    unlinkSync(join(work, 'Dockerfile'));
    for (const name of [
      '.dockerignore',
      '.plimsoll.yaml',
      '.env',
      'requirements.txt',
      'compose.yaml',
      'Dockerfile',
    ])
      symlinkSync('/dev/zero', join(work, name));
    await open({ trusted: true });
    await factsOf(uriOf('Dockerfile'));
    assert.ok((await client.diagnostics(uriOf('Dockerfile'))).length > 0);
  });
});
