import assert from 'node:assert/strict';
import { makeFolder, removeFolders } from '../support/folders';
import { huge, ofLength, ofParts, plain } from '../support/long-files';
import { measuredPlimsoll } from '../support/measured';

const MB = 1024 * 1024;
/** Milliseconds of processor time; twice that where other programs share the caches of the machine. */
const MOST_TIME = 2000;
const SLACK = 2;
const MOST_MEMORY = 300e6;

describe('plimsoll check of a huge file', () => {
  afterEach(removeFolders);

  for (const shape of huge) {
    it(`says in time and memory that it did not read 10 MB of ${shape.what} (${shape.path})`, () => {
      const folder = makeFolder({ [shape.path]: ofLength(shape, 10 * MB - 1000) });
      const { out, cpu, memory } = measuredPlimsoll(folder, ['check', '--format', 'json', shape.path]);
      const [file] = JSON.parse(out).files;
      assert.deepEqual(
        file.diagnostics.map(({ rule }: { rule: string }) => rule),
        ['partly-checked'],
      );
      assert.ok(cpu < MOST_TIME * SLACK, `${cpu.toFixed(0)} ms`);
      assert.ok(memory < MOST_MEMORY, `${(memory / 1e6).toFixed(0)} MB`);
    }).timeout(120_000);
  }

  it('reads ten thousand services', () => {
    const services = plain.find(shape => shape.what === 'services');
    assert.ok(services);
    const folder = makeFolder({ 'compose.yaml': ofParts(services, 10_000) });
    const { out, cpu, memory } = measuredPlimsoll(folder, ['check', '--format', 'json', '.']);
    const [file] = JSON.parse(out).files;
    const titles = file.diagnostics.flatMap(({ fixes }: { fixes: { title: string }[] }) => fixes);
    assert.match(JSON.stringify(titles), /of all 10000 services.*of all 10000 services/);
    assert.ok(cpu < MOST_TIME * SLACK, `${cpu.toFixed(0)} ms`);
    assert.ok(memory < MOST_MEMORY, `${(memory / 1e6).toFixed(0)} MB`);
  }).timeout(120_000);
});
