import assert from 'node:assert/strict';
import type { EngineImage } from '../../server/src/docker/engine';
import { ImageSet, summaries } from '../../server/src/docker/image-set';

function image(id: string, tags: readonly string[], createdAt = 0): EngineImage {
  return { id, tags, digests: [], bytes: 1, createdAt, labels: {} };
}

function tagsById(set: ImageSet): Record<string, readonly string[]> {
  return Object.fromEntries(set.all().map(({ id, tags }) => [id, tags]));
}

describe('The images that are known', () => {
  it('A name that an image gets is taken from the one that had it', () => {
    const set = new ImageSet();
    set.replaceAll([image('a', ['app:1', 'app:latest']), image('b', ['x:1'])]);
    set.put(image('c', ['app:latest']));
    assert.deepEqual(tagsById(set), { a: ['app:1'], b: ['x:1'], c: ['app:latest'] });
  });

  it('An image that loses its last name has to be asked for again', () => {
    const set = new ImageSet();
    set.replaceAll([image('a', ['app:1', 'app:2']), image('b', [])]);
    assert.equal(set.put(image('c', ['app:1'])), false, 'it has another name');
    assert.equal(set.put(image('c', ['app:1', 'x:1'])), false, 'it is the same image');
    assert.equal(set.put(image('d', ['app:2'])), true);
  });

  it('An image that is not known is removed without a word', () => {
    const set = new ImageSet();
    set.replaceAll([image('a', [])]);
    set.remove('b');
    set.remove('a');
    assert.deepEqual(set.all(), []);
  });

  it('They are shown newest first, with their Dockerfile where that is known', () => {
    const images = [image('a', ['old:1'], 1), image('b', ['new:1'], 2)];
    const rows = summaries(images, it => (it.id === 'b' ? 'file:///Dockerfile' : undefined));
    assert.deepEqual(rows, [
      { id: 'b', tags: ['new:1'], bytes: 1, createdAt: 2, dockerfile: 'file:///Dockerfile' },
      { id: 'a', tags: ['old:1'], bytes: 1, createdAt: 1 },
    ]);
  });

  it('Ten thousand tags are a matter of milliseconds', () => {
    const set = new ImageSet();
    set.replaceAll([...Array(10_000)].map((_, index) => image(`${index}`, [`app:${index}`])));
    const began = performance.now();
    for (let index = 0; index < 20; index++) set.put(image(`new${index}`, [`app:${index}`]));
    assert.equal(summaries(set.all(), () => undefined).length, 10_020);
    assert.ok(performance.now() - began < 2_000);
  });
});
