// The same table as test/host/dockerignore.test.ts, decided by builds in the real engine.
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import { measureContext } from '../../server/src/host/build-context';
import { WorkspaceTexts } from '../../server/src/host/workspace-texts';
import { docker, requireEngine, tryDocker } from '../support/engine';
import { makeFolder, removeFolders } from '../support/folders';
import { IGNORE_CASES, type IgnoreCase, TREE } from './ignore-table';
import { write } from './write';

const FILES = Object.fromEntries(TREE.map(path => [path, 'x']));
const DOCKERFILE = 'FROM scratch\nCOPY . /\n';

/** What a build that copies the whole context finds in it. Throws with the build's output when it fails. */
async function copiedByEngine(context: string, dockerfile: string): Promise<string[]> {
  const place = makeFolder({});
  const archive = join(place, 'out.tar');
  const output = ['--output', `type=tar,dest=${archive}`];
  const { code, output: log } = await tryDocker('build', ...output, '--file', dockerfile, context);
  if (code !== 0) throw new Error(log);
  const found: string[] = [];
  for await (const entry of createReadStream(archive).pipe(extract())) {
    if (entry.header.type !== 'directory') found.push(entry.header.name.replace(/^\.?\//, ''));
    entry.resume();
  }
  return found.sort();
}

async function sent(root: string): Promise<string[]> {
  const place = { root, folder: '.', dockerfile: 'Dockerfile' };
  const context = await measureContext(place, new WorkspaceTexts(root));
  return [...context.files.keys()].sort();
}

async function compare({ title, text, olderEngines }: IgnoreCase): Promise<void> {
  const { '.git/config': _, ...files } = FILES;
  const root = makeFolder({ ...files, Dockerfile: DOCKERFILE, '.dockerignore': text });
  const [ours, engines] = [await sent(root), await copiedByEngine(root, join(root, 'Dockerfile'))];
  if (olderEngines === undefined) return assert.deepEqual(ours, engines, title);
  // The builder reads the ignore file, and the command walks the folder: one of them may be old and the other new.
  const isNew = await newParts();
  if (isNew === 2) assert.deepEqual(ours, engines, title);
  if (isNew === 0) assert.notDeepEqual(ours, engines, `it is not so that ${olderEngines}`);
}

/** Which of the two are of Docker 23 or later. */
async function newParts(): Promise<number> {
  const [client = '', api = ''] = (
    await docker('version', '--format', '{{.Client.Version}} {{.Server.APIVersion}}')
  ).split(' ');
  const parts = [Number.parseInt(client, 10) >= 23, Number(api.split('.')[1]) >= 42];
  return parts.filter(Boolean).length;
}

describe('Ignore files, decided by the real engine', function () {
  this.timeout(60_000);
  before(requireEngine);
  after(removeFolders);

  for (const one of IGNORE_CASES) it(one.title, () => compare(one));

  it("takes a Dockerfile's own ignore file", async () => {
    const root = makeFolder({ Dockerfile: DOCKERFILE, a: 'x', b: 'x' });
    await write(root, '.dockerignore', 'a\n');
    await write(root, 'Dockerfile.dockerignore', 'b\n');
    assert.deepEqual(await copiedByEngine(root, join(root, 'Dockerfile')), await sent(root));
  });

  it('does not let a COPY see a Dockerfile and an ignore file that are kept out', async () => {
    const root = makeFolder({
      Dockerfile: DOCKERFILE,
      a: 'x',
      '.dockerignore': 'Dockerfile\n.dockerignore\n',
    });
    assert.deepEqual(await sent(root), ['a']);
    assert.deepEqual(await copiedByEngine(root, join(root, 'Dockerfile')), ['a']);
  });
});
