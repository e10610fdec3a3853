// What the server does while it reads one document for long: in a process of its own, over standard input and output.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MOST_SERVICES } from '../../server/src/core/limits';
import { makeFolder, removeFolders } from '../support/folders';
import { killServers, ServerProcess } from '../support/server-process';

const TEXT = 'FROM python:3.12-slim\nRUN pip install flask\n';

/** What takes the server longest. */
const SERVICES = `services:\n${Array.from({ length: MOST_SERVICES }, (_, n) => `  service${n}:\n    image: redis:7\n`).join('')}`;
/** Milliseconds of processor time that the server has used when it is in the middle of reading them. */
const IN_THE_MIDDLE = 300;

describe('the server that reads a Compose file of as many services as are read', function () {
  this.timeout(120_000);

  before(function () {
    // Only there a process says what time it has used.
    if (process.platform !== 'linux') this.skip();
  });

  afterEach(() => {
    killServers();
    removeFolders();
  });

  async function started() {
    const folder = makeFolder({ Dockerfile: TEXT });
    const uri = pathToFileURL(join(folder, 'Dockerfile')).href;
    const large = pathToFileURL(join(folder, 'compose.yaml')).href;
    const server = ServerProcess.overStdio({ folder });
    const { client } = server;
    await client.initialize({ folder });
    await client.openFile(uri, TEXT);
    await client.diagnostics(uri);
    return { server, client, uri, large };
  }

  it('answers for another file within a second', async () => {
    const { server, client, uri, large } = await started();
    await client.openFile(large, SERVICES, 'dockercompose');
    let found = 0;
    const pulled = client.diagnostics(large).then(all => {
      found = all.length;
    });
    let longest = 0;
    let asked = 0;
    for (; found === 0; asked++) {
      const before = server.processorTime();
      assert.match(JSON.stringify(await client.hover(uri, 1, 5)), /pip-cache-left/);
      longest = Math.max(longest, server.processorTime() - before);
    }
    await pulled;
    assert.ok(asked > 10, `it answered only ${asked} times meanwhile`);
    assert.ok(longest < 1000, `it took ${longest} ms`);
  });

  for (const [when, code] of [
    ['when it is to exit', 1],
    ['when it is shut down', 0],
  ] as const) {
    it(`ends within a second ${when}`, async () => {
      const { server, client, large } = await started();
      await client.openFile(large, SERVICES, 'dockercompose');
      client.diagnostics(large).catch(() => undefined);
      const before = await server.works(IN_THE_MIDDLE);
      const ended = server.end();
      const used = server.processorTimeAtEnd();
      if (code === 0) await client.connection.sendRequest('shutdown');
      void client.connection.sendNotification('exit');
      assert.equal((await ended).code, code);
      const took = (await used) - before;
      assert.ok(took < 1000, `it took ${took} ms`);
    });
  }
});
