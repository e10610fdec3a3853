import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { makeMirror, serveMirror } from '../../scripts/machine/today/mirror';
import { makeFolder, removeFolders } from '../support/folders';

describe('The mirror of Docker Hub', () => {
  afterEach(removeFolders);

  const root = 'as a tar file would have it';

  async function served(): Promise<(path: string, method?: string) => Promise<Response>> {
    const place = makeFolder({ 'root.tar': root });
    const folder = join(place, 'mirror');
    const image = { root: join(place, 'root.tar'), env: ['A=1'], cmd: ['sh'], labels: { a: 'b' } };
    await makeMirror(folder, [{ ...image, names: ['python:3.11-slim', 'python:3-slim', 'acme/app:1'] }]);
    const { address } = await serveMirror(folder);
    return (path, method = 'GET') => fetch(`http://${address}${path}`, { method });
  }

  it('has official images under library/, for each platform with a layer that unpacks to the root', async () => {
    const ask = await served();
    const answer = await ask('/v2/library/python/manifests/3.11-slim?ns=docker.io');
    assert.equal(answer.headers.get('content-type'), 'application/vnd.oci.image.index.v1+json');
    const index = await jsonOf(answer);
    assert.deepEqual(
      index.manifests.map((it: { platform: { architecture: string } }) => it.platform.architecture).sort(),
      ['amd64', 'arm64'],
    );
    for (const { digest } of index.manifests) {
      const manifest = await jsonOf(await ask(`/v2/library/python/manifests/${digest}`));
      const [layer] = manifest.layers;
      const packed = Buffer.from(await (await ask(`/v2/library/python/blobs/${layer.digest}`)).arrayBuffer());
      assert.equal(packed.length, layer.size);
      assert.equal(`sha256:${createHash('sha256').update(packed).digest('hex')}`, layer.digest);
      assert.equal(gunzipSync(packed).toString(), root);
      const config = await jsonOf(await ask(`/v2/library/python/blobs/${manifest.config.digest}`));
      const unpacked = createHash('sha256').update(root).digest('hex');
      assert.deepEqual(config.rootfs.diff_ids, [`sha256:${unpacked}`]);
      assert.deepEqual(config.config, { Env: ['A=1'], Cmd: ['sh'], Labels: { a: 'b' } });
    }
  });

  it('has one image under all of its names', async () => {
    const ask = await served();
    const names = [
      'library/python/manifests/3.11-slim',
      'library/python/manifests/3-slim',
      'acme/app/manifests/1',
    ];
    const answers = await Promise.all(names.map(name => ask(`/v2/${name}`, 'HEAD')));
    const digests = answers.map(({ headers }) => headers.get('docker-content-digest'));
    assert.match(digests[0] ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.deepEqual(new Set(digests).size, 1);
  });

  it('does not have what is no image, and nothing outside of its folder', async () => {
    const ask = await served();
    for (const path of [
      'library/node/manifests/22',
      `library/python/blobs/sha256:${'0'.repeat(64)}`,
      'x',
      '../x',
    ])
      assert.equal((await ask(`/v2/${path}`)).status, 404, path);
    assert.equal((await ask('/v2/a/blobs/sha256:..%2f..%2findex.json')).status, 404);
    assert.equal((await ask('/v2/')).status, 200);
  });

  it('is not taken for complete where it could not be made', async () => {
    const folder = join(makeFolder({}), 'mirror');
    const image = { names: ['a:1'], root: join(folder, 'none.tar'), env: [], cmd: [], labels: {} };
    await assert.rejects(makeMirror(folder, [image]));
    assert.ok(!existsSync(folder));
  });
});

// biome-ignore lint/suspicious/noExplicitAny: what is missing in it fails the test
async function jsonOf(answer: Response): Promise<any> {
  return answer.json();
}
