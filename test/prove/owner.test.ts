import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { isLeftOver, LONGEST_PROOF, newMark, ownerOf } from '../../server/src/prove/owner';

const root = join(__dirname, '../..');
const NOW = Date.now();
const YOUNG = NOW - 60_000;
const OLD = NOW - LONGEST_PROOF - 1;

/** The mark that another process makes. */
function markOf(command: string, ...args: string[]): string {
  const code = "import('./server/src/prove/owner.ts').then(it => console.log((it.default ?? it).newMark()))";
  const { stdout } = spawnSync(command, [...args, process.execPath, '--import', 'tsx', '-e', code], {
    cwd: root,
    encoding: 'utf8',
  });
  return stdout.trim();
}

describe('what carries the mark of a session', () => {
  it('stays while its process is at work, however old it is', () => {
    assert.equal(isLeftOver(newMark(), YOUNG, NOW), false);
    if (process.platform === 'linux') assert.equal(isLeftOver(newMark(), OLD, NOW), false);
  });

  it('is left over as soon as its process has ended', () => {
    const mark = markOf('env');
    assert.ok(ownerOf(mark), mark);
    assert.equal(isLeftOver(mark, YOUNG, NOW), true);
    assert.equal(isLeftOver(`${mark}-aB3xYz`, undefined, NOW), true);
  });

  it('is left over where another process has its id now', function () {
    if (process.platform !== 'linux') this.skip();
    const [pid, start = '', ...others] = newMark().split('-');
    assert.equal(isLeftOver([pid, `${Number(start) - 1}`, ...others].join('-'), YOUNG, NOW), true);
  });

  it('of another process namespace, host or boot stays for a day', () => {
    const [pid, start, place = '', id] = newMark().split('-');
    const elsewhere = [
      [1, start, place, id].join('-').replace(place, '4026532999.35b4a97be8ff4ed89cbf32e070c325f9'),
      [pid, start, `host.${'a'.repeat(32)}`, id].join('-'),
      // As versions before had them.
      '4711-1a2b3c4d',
      'aB3xYz',
      '',
    ];
    for (const mark of elsewhere) {
      assert.equal(isLeftOver(mark, YOUNG, NOW), false, mark);
      assert.equal(isLeftOver(mark, undefined, NOW), false, mark);
      assert.equal(isLeftOver(mark, OLD, NOW), true, mark);
    }
  });

  it('tells two process namespaces apart', function () {
    const mark = process.getuid?.() === 0 ? markOf('unshare', '--pid', '--fork', '--mount-proc') : '';
    if (mark === '') this.skip();
    assert.notEqual(ownerOf(mark)?.place, ownerOf(newMark())?.place);
    assert.equal(isLeftOver(mark, YOUNG, NOW), false);
  });
});
