import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic, Range } from 'vscode-languageserver';
import { makeFolder, removeFolders } from '../support/folders';
import { FULL_CLIENT, LspClient } from '../support/lsp-client';

const DOCKERFILE = 'FROM python:3.12-slim\nRUN pip install flask\n';

function at(line: number, character: number, endCharacter = character): Range {
  return { start: { line, character }, end: { line, character: endCharacter } };
}

function codes(all: readonly Diagnostic[]): unknown[] {
  return all.map(diagnostic => diagnostic.code);
}

const has = (rule: string) => (all: readonly Diagnostic[]) => all.some(it => it.code === rule);
const hasNot = (rule: string) => (all: readonly Diagnostic[]) => !has(rule)(all);

describe('the language server', () => {
  let folder: string;
  let uri: string;
  let client: LspClient;

  async function start(options: Partial<Parameters<typeof LspClient.start>[0]> = {}): Promise<void> {
    client = await LspClient.start({ folder, ...options });
    await client.openFile(uri, DOCKERFILE);
  }

  beforeEach(() => {
    folder = makeFolder({ Dockerfile: DOCKERFILE });
    uri = pathToFileURL(join(folder, 'Dockerfile')).href;
  });

  afterEach(async () => {
    await client.stop();
    removeFolders();
  });

  it('reports a finding with its rule, place and page', async () => {
    await start();
    const found = (await client.diagnostics(uri)).find(it => it.code === 'pip-cache-left');
    assert.deepEqual(found?.range, at(1, 4, 15));
    assert.equal(found.severity, 2);
    assert.equal(found.codeDescription?.href, 'test:/rules/pip-cache-left');
  });

  it('follows each keystroke by incremental changes', async () => {
    await start();
    await client.edit(uri, at(1, 15), ' --no-cache-dir');
    assert.ok(hasNot('pip-cache-left')(await client.diagnostics(uri)));
    await client.edit(uri, at(1, 15, 30), '');
    assert.ok(has('pip-cache-left')(await client.diagnostics(uri)));
  });

  it('pushes diagnostics to a client that does not pull', async () => {
    const { diagnostic: _, ...textDocument } = FULL_CLIENT.textDocument ?? {};
    await start({ capabilities: { ...FULL_CLIENT, textDocument } });
    await client.until(() => has('pip-cache-left')(client.published.get(uri) ?? []));
    await client.edit(uri, at(1, 15), ' --no-cache-dir');
    await client.until(() => hasNot('pip-cache-left')(client.published.get(uri) ?? []));
  });

  it('offers the safe fix first, as a versioned edit', async () => {
    await start();
    const [fix] = await client.actions(uri, at(1, 6));
    assert.equal(fix?.title, 'Add --no-cache-dir');
    assert.equal(fix.isPreferred, true);
    assert.equal(
      client.applied(uri, fix.edit),
      'FROM python:3.12-slim\nRUN pip install --no-cache-dir flask\n',
    );
    const [change] = fix.edit?.documentChanges ?? [];
    assert.ok(change && 'textDocument' in change && change.textDocument.version === 1);
  });

  it('mends another file where that is what has to change', async () => {
    const text = 'FROM scratch\nCOPY . /\n';
    folder = makeFolder({ Dockerfile: text, '.dockerignore': '*.log\n', '.env': 'TOKEN=1\n' });
    uri = pathToFileURL(join(folder, 'Dockerfile')).href;
    client = await LspClient.start({ folder });
    await client.openFile(uri, text);
    const [leak] = (await client.diagnosticsThat(uri, has('leaky-dockerignore'))).filter(
      it => it.code === 'leaky-dockerignore',
    );
    assert.ok(leak);
    const fix = (await client.actions(uri, leak.range)).find(it => it.edit?.documentChanges?.length);
    const ignoreUri = pathToFileURL(join(folder, '.dockerignore')).href;
    const edited = (fix?.edit?.documentChanges ?? []).flatMap(change =>
      'textDocument' in change ? [change.textDocument.uri] : [],
    );
    assert.ok(edited.includes(ignoreUri), edited.join(', '));
  });

  it('creates files first and writes all texts in a row, which is what one undo takes back', async () => {
    const text =
      'services:\n  web:\n    image: python:3.11-slim\n    working_dir: /src\n    command: sh -c "pip install flask && python main.py"\n    volumes:\n      - ./web:/src\n';
    mkdirSync(join(folder, 'web'));
    writeFileSync(join(folder, 'web/main.py'), 'import flask\n');
    writeFileSync(join(folder, 'compose.yaml'), text);
    await start();
    const compose = pathToFileURL(join(folder, 'compose.yaml')).href;
    await client.openFile(compose, text, 'yaml');
    const action = (await client.actions(compose, at(4, 24))).find(it =>
      it.title.startsWith('Build an image'),
    );
    assert.ok(action);
    const { edit } = await client.resolve(action);
    // The first one only opens the preview.
    const [, ...kinds] = (edit?.documentChanges ?? []).map(change =>
      'kind' in change ? change.kind : 'text',
    );
    assert.ok(kinds.includes('create'), kinds.join(', '));
    assert.deepEqual(kinds, [...kinds].sort());
  });

  it('offers one fix for all services, and at each service its own', async () => {
    const text = 'services:\n  web:\n    image: nginx:1.29\n  worker:\n    image: acme/worker:1\n';
    writeFileSync(join(folder, 'compose.yaml'), text);
    await start();
    const compose = pathToFileURL(join(folder, 'compose.yaml')).href;
    await client.openFile(compose, text, 'yaml');
    const found = await client.diagnosticsThat(compose, has('unbounded-logs'));
    const [one, ...more] = found.filter(it => it.code === 'unbounded-logs');
    assert.equal(more.length, 0);
    assert.match(String(one?.message), /web and worker/);
    assert.deepEqual(
      one?.relatedInformation?.map(it => it.location.range.start.line),
      [1, 3],
    );
    const titles = async (line: number) =>
      (await client.actions(compose, at(line, 3)))
        .map(it => it.title)
        .filter(it => /Rotate|unbounded-logs here/.test(it));
    assert.deepEqual(await titles(0), [
      'Rotate the logs of all 2 services with one anchor',
      'Ignore unbounded-logs here',
    ]);
    assert.deepEqual(await titles(3), [
      'Rotate the logs of worker',
      'Rotate the logs of all 2 services with one anchor',
      'Ignore unbounded-logs here',
    ]);
  });

  it('silences a finding where it stands, and the comment works', async () => {
    await start();
    const ignore = (await client.actions(uri, at(1, 6))).find(
      it => it.title === 'Ignore pip-cache-left here',
    );
    const text = client.applied(uri, ignore?.edit);
    assert.match(text, /\n# plimsoll ignore=pip-cache-left\nRUN/);
    await client.edit(uri, at(1, 0), '# plimsoll ignore=pip-cache-left\n');
    assert.ok(hasNot('pip-cache-left')(await client.diagnostics(uri)));
  });

  it('opens the page of a rule by the client’s command', async () => {
    await start();
    const open = (await client.actions(uri, at(1, 6))).find(
      it => it.title === 'Open the page of pip-cache-left',
    );
    assert.deepEqual(open?.command?.arguments, ['pip-cache-left']);
  });

  it('fixes all that is safe in one action, whose edits come when it is picked', async () => {
    await start();
    const [action] = await client.actions(uri, at(0, 0), ['source.fixAll']);
    assert.equal(action?.kind, 'source.fixAll.plimsoll');
    assert.equal(action.edit, undefined);
    const resolved = await client.resolve(action);
    assert.match(client.applied(uri, resolved.edit), /pip install --no-cache-dir flask/);
  });

  it('gives the edits at once to a client that cannot resolve', async () => {
    const textDocument = { ...FULL_CLIENT.textDocument, codeAction: {} };
    await start({ capabilities: { ...FULL_CLIENT, textDocument } });
    const [action] = await client.actions(uri, at(0, 0), ['source.fixAll']);
    assert.match(client.applied(uri, action?.edit), /--no-cache-dir/);
  });

  it('explains a finding over its instruction, with sources', async () => {
    await start();
    const hover = await client.hover(uri, 1, 6);
    const contents = hover?.contents;
    assert.ok(contents && typeof contents === 'object' && 'value' in contents);
    assert.match(contents.value, /pip-cache-left/);
    assert.match(contents.value, /https:\/\/pip\.pypa\.io/);
    assert.equal(await client.hover(uri, 2, 0), null);
  });

  it('reports in a requirements file what its image installs, and weighs what is lighter in a hover', async () => {
    folder = makeFolder({
      Dockerfile: 'FROM python:3.12-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n',
      'requirements.txt': 'scipy\nnumpy\n',
    });
    uri = pathToFileURL(join(folder, 'requirements.txt')).href;
    client = await LspClient.start({ folder });
    await client.openFile(uri, 'scipy\nnumpy\n', 'pip-requirements');
    const found = await client.diagnosticsThat(uri, has('heavy-dependency'));
    assert.deepEqual(
      found.filter(it => it.code === 'heavy-dependency').map(it => it.range),
      [at(0, 0, 5)],
    );
    const contents = (await client.hover(uri, 1, 2))?.contents;
    assert.ok(contents && typeof contents === 'object' && 'value' in contents);
    assert.match(contents.value, /^\*\*numpy\*\* adds about \d+ MB to the image\n\n_.*estimated: numpy/);
  });

  it('goes by the settings', async () => {
    await start({ settings: { rules: { 'pip-cache-left': 'off' } } });
    assert.ok(hasNot('pip-cache-left')(await client.diagnostics(uri)));
    client.settings = { rules: { DL3042: 'error' } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: {} });
    const found = await client.diagnosticsThat(uri, has('pip-cache-left'));
    assert.equal(found.find(it => it.code === 'pip-cache-left')?.severity, 1);
  });

  it('says nothing where it is switched off', async () => {
    await start({ settings: { enable: false } });
    assert.deepEqual(await client.diagnostics(uri), []);
  });

  it('fixes nothing on save where it is switched off', async () => {
    await start({ settings: { enable: false } });
    const [action] = await client.actions(uri, at(0, 0), ['source.fixAll']);
    assert.ok(action);
    assert.equal((await client.resolve(action)).edit, undefined);
  });

  it('gives only the kinds of actions that were asked for', async () => {
    await start();
    const all = await client.actions(uri, at(1, 6), ['quickfix']);
    assert.deepEqual([...new Set(all.map(action => action.kind))], ['quickfix']);
  });

  it('goes by the workspace folders of the moment', async () => {
    mkdirSync(join(folder, 'outer'));
    const inner = pathToFileURL(join(folder, 'outer', 'Dockerfile')).href;
    writeFileSync(join(folder, '.plimsoll.yaml'), 'rules:\n  pip-cache-left: off\n');
    const outer = pathToFileURL(join(folder, 'outer')).href;
    await start({
      capabilities: { ...FULL_CLIENT, workspace: { ...FULL_CLIENT.workspace, workspaceFolders: true } },
    });
    await client.openFile(inner, DOCKERFILE);
    assert.ok(hasNot('pip-cache-left')(await client.diagnostics(inner)));
    await client.changeFolders([outer]);
    assert.ok(has('pip-cache-left')(await client.diagnosticsThat(inner, has('pip-cache-left'))));
  });

  it('goes by the config file, and follows its changes', async () => {
    writeFileSync(join(folder, '.plimsoll.yaml'), 'rules:\n  pip-cache-left: off\n');
    await start();
    assert.ok(hasNot('pip-cache-left')(await client.diagnostics(uri)));
    writeFileSync(join(folder, '.plimsoll.yaml'), 'rules:\n  pip-cache-left: hint\n');
    const changes = [{ uri: pathToFileURL(join(folder, '.plimsoll.yaml')).href, type: 2 }];
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    const found = await client.diagnosticsThat(uri, has('pip-cache-left'));
    assert.equal(found.find(it => it.code === 'pip-cache-left')?.severity, 4);
  });

  it('reads a document that is no file on disk', async () => {
    await start();
    await client.openFile('untitled:Untitled-1', DOCKERFILE);
    assert.ok(has('pip-cache-left')(await client.diagnostics('untitled:Untitled-1')));
  });

  it('stays quiet on files that are none of ours', async () => {
    await start();
    await client.openFile(pathToFileURL(join(folder, 'values.yaml')).href, 'RUN pip install x\n', 'yaml');
    assert.deepEqual(codes(await client.diagnostics(pathToFileURL(join(folder, 'values.yaml')).href)), []);
  });
});
