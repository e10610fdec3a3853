import assert from 'node:assert/strict';
import { requireOwnDaemon, tryDocker, withoutDaemon } from '../support/engine';

describe("The test machine's own Docker daemon", () => {
  before(requireOwnDaemon);

  it('can be stopped for a test and answers again afterwards', async function () {
    this.timeout(2 * 60_000);
    const stopped = await withoutDaemon(() => tryDocker('version'));
    assert.notEqual(stopped.code, 0);
    assert.equal((await tryDocker('version')).code, 0);
  });
});
