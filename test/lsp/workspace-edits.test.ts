import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeAction, Diagnostic, Range, TextDocumentEdit, TextEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { provable } from '../../server/src/protocol';
import { makeFolder, removeFolders } from '../support/folders';
import { FULL_CLIENT, LspClient } from '../support/lsp-client';

const DOCKERFILE = 'FROM scratch\nCOPY . /\n';
const LEAKY = 'leaky-dockerignore';
const MISSING = 'missing-dockerignore';

/** A client that shows why an action cannot be picked. */
const DISABLING = {
  ...FULL_CLIENT,
  textDocument: {
    ...FULL_CLIENT.textDocument,
    codeAction: { ...FULL_CLIENT.textDocument?.codeAction, disabledSupport: true },
  },
};

function textsOf(change: TextDocumentEdit): TextEdit[] {
  return change.edits.filter((it): it is TextEdit => 'newText' in it);
}

function changeOf(action: CodeAction | undefined, uri: string): TextDocumentEdit | undefined {
  return action?.edit?.documentChanges?.find(
    (it): it is TextDocumentEdit => 'textDocument' in it && it.textDocument.uri === uri,
  );
}

describe('edits of other files than the one that is asked about', () => {
  let folder: string;
  let client: LspClient;

  const uriOf = (path: string) => pathToFileURL(join(folder, path)).href;

  async function start(capabilities = FULL_CLIENT): Promise<void> {
    client = await LspClient.start({ folder, capabilities });
    await client.openFile(uriOf('Dockerfile'), DOCKERFILE);
  }

  async function rangeOf(rule: string): Promise<Range> {
    const isIt = (it: Diagnostic) => it.code === rule;
    const found = (await client.diagnosticsThat(uriOf('Dockerfile'), all => all.some(isIt))).find(isIt);
    assert.ok(found);
    return found.range;
  }

  /** The actions for a finding that change or would change the ignore file. */
  async function fixes(rule: string): Promise<CodeAction[]> {
    const actions = await client.actions(uriOf('Dockerfile'), await rangeOf(rule), ['quickfix']);
    return actions.filter(
      it => /dockerignore/i.test(it.title) && it.data === undefined && !/here$|^Open/.test(it.title),
    );
  }

  afterEach(async () => {
    await client.stop();
    removeFolders();
  });

  describe('of a file that no editor holds', () => {
    it('go by the text on the disk, without its byte order mark', async () => {
      folder = makeFolder({ Dockerfile: DOCKERFILE, '.dockerignore': '\uFEFF*.log', '.env': 'TOKEN=1\n' });
      await start();
      const [fix] = await fixes(LEAKY);
      const change = changeOf(fix, uriOf('.dockerignore'));
      assert.ok(change);
      assert.equal(change.textDocument.version, null);
      const inEditor = TextDocument.create(uriOf('.dockerignore'), 'ignore', 1, '*.log');
      // One more would be behind the end of the line, which clients forgive; not so in the middle of one.
      assert.deepEqual(textsOf(change)[0]?.range.start, { line: 0, character: 5 });
      assert.equal(TextDocument.applyEdits(inEditor, textsOf(change)), '*.log\n**/.env\n');
    });

    it('are not offered where it has changed on the disk, and nobody has told', async () => {
      folder = makeFolder({ Dockerfile: DOCKERFILE, '.dockerignore': '*.log\n', '.env': 'TOKEN=1\n' });
      await start();
      await rangeOf(LEAKY);
      writeFileSync(join(folder, '.dockerignore'), '# another\n*.log\n');
      assert.deepEqual(await fixes(LEAKY), []);
    });

    it('are not offered where it is a link that leads out of the workspace; who can show it is told why', async () => {
      const outside = makeFolder({ ignore: '*.log\n' });
      folder = makeFolder({ Dockerfile: DOCKERFILE, '.env': 'TOKEN=1\n' });
      symlinkSync(join(outside, 'ignore'), join(folder, '.dockerignore'));
      await start(DISABLING);
      // Facts may leave out what leads out of the workspace: then there is no finding about it, but a missing file.
      const actions = [
        ...(await client.actions(
          uriOf('Dockerfile'),
          { start: { line: 1, character: 0 }, end: { line: 1, character: 8 } },
          ['quickfix'],
        )),
      ];
      const changed = actions.filter(it => JSON.stringify(it.edit ?? {}).includes('.dockerignore'));
      assert.deepEqual(changed, []);
      const reasons = actions.flatMap(it => it.disabled?.reason ?? []);
      assert.ok(
        reasons.some(it => /^\.dockerignore: it is a link that leads out/.test(it)),
        reasons.join('; '),
      );
      assert.equal(readFileSync(join(outside, 'ignore'), 'utf8'), '*.log\n');
    });
  });

  describe('of a file that an editor holds', () => {
    beforeEach(async () => {
      folder = makeFolder({ Dockerfile: DOCKERFILE, '.dockerignore': '*.log\n', '.env': 'TOKEN=1\n' });
      await start();
      await client.openFile(uriOf('.dockerignore'), '*.log\n', 'ignore');
    });

    it('name its version', async () => {
      const [fix] = await fixes(LEAKY);
      const change = changeOf(fix, uriOf('.dockerignore'));
      assert.equal(change?.textDocument.version, 1);
    });

    it('are not offered where it has unsaved changes, which they were not made for', async () => {
      await rangeOf(LEAKY);
      await client.edit(
        uriOf('.dockerignore'),
        { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
        '# a new first line\n',
      );
      assert.deepEqual(await fixes(LEAKY), []);
    });
  });

  describe('that make a file', () => {
    it('make it only where there is none', async () => {
      folder = makeFolder({ Dockerfile: DOCKERFILE, '.git/HEAD': 'ref: refs/heads/main\n' });
      await start();
      const [fix] = await fixes(MISSING);
      const creates = (fix?.edit?.documentChanges ?? []).filter(it => 'kind' in it);
      assert.deepEqual(
        creates.map(it => 'options' in it && it.options),
        [{ overwrite: false, ignoreIfExists: false }],
      );
    });

    it('are not offered where a link that leads nowhere stands in its place', async () => {
      folder = makeFolder({ Dockerfile: DOCKERFILE, '.git/HEAD': 'ref: refs/heads/main\n' });
      symlinkSync('../nowhere/at-all', join(folder, '.dockerignore'));
      await start();
      assert.deepEqual(await fixes(MISSING), []);
    });

    for (const [what, bytes] of [
      ['a file that is not UTF-8', Buffer.from('# caf\xe9\n', 'latin1')],
      ['a file that is too large to be read', Buffer.from('# a\n'.repeat(600_000))],
    ] as const) {
      it(`are not offered where ${what} stands in its place: it is not missing`, async () => {
        folder = makeFolder({ Dockerfile: DOCKERFILE, '.git/HEAD': 'ref: refs/heads/main\n' });
        writeFileSync(join(folder, '.dockerignore'), bytes);
        await start();
        // The answer rests on the facts, so it comes when they are there.
        await client.connection.sendRequest(provable.method, { uri: uriOf('Dockerfile') });
        const found = await client.diagnostics(uriOf('Dockerfile'));
        assert.ok(found.every(it => it.code !== MISSING));
        const whole = { start: { line: 0, character: 0 }, end: { line: 2, character: 0 } };
        const actions = await client.actions(uriOf('Dockerfile'), whole);
        assert.ok(actions.every(it => !JSON.stringify(it.edit ?? {}).includes('.dockerignore')));
      });
    }
  });
});
