import assert from 'node:assert/strict';
import { join } from 'node:path';
import { silent, withOdd } from '../docker/odd-engine';
import { runBeside } from '../docker/run-beside';
import { makeFolder, removeFolders } from '../support/folders';
import { plimsoll } from '../support/plimsoll';

describe('plimsoll prove', () => {
  after(removeFolders);

  it('wants a file inside of the project that is named', () => {
    const folder = makeFolder({ 'one/Dockerfile': 'FROM scratch\n', 'other/main.py': '' });
    const { code, err } = plimsoll(folder, ['prove', 'one/Dockerfile', '--project', 'other']);
    assert.equal(code, 2);
    assert.match(err, /^plimsoll: one\/Dockerfile is not in other$/m);
  });

  it('wants a file where a project is named', () => {
    const folder = makeFolder({ Dockerfile: 'FROM scratch\n' });
    const { code, err } = plimsoll(folder, ['prove', '.', '--project', '.']);
    assert.equal(code, 2);
    assert.match(err, /name a file/);
  });

  it('says in a sentence that no engine answers', () => {
    const folder = makeFolder({ Dockerfile: 'FROM scratch\n' });
    const { code, err } = plimsoll(folder, ['prove'], '', {
      DOCKER_HOST: `unix://${join(folder, 'none.sock')}`,
    });
    assert.equal(code, 2);
    assert.match(err, /^plimsoll: Proofs build .*(no container engine answers|there is none called)/);
    assert.equal(err.trim().split('\n').length, 1, err);
  });

  it('says so in a sentence where the engine is silent', async function () {
    this.timeout(60_000);
    const folder = makeFolder({ Dockerfile: 'FROM scratch\n' });
    const answers = { '/_ping': silent, '/v1.24/version': silent, '/v1.41/version': silent };
    const { code, err } = await withOdd(answers, engine => runBeside(engine.path, ['prove', folder]));
    assert.equal(code, 2);
    assert.match(err, /^plimsoll: Proofs build [^\n]*\n$/);
  });

  it('says in a sentence that there is no docker command', () => {
    const folder = makeFolder({ Dockerfile: 'FROM scratch\n' });
    const { code, err } = plimsoll(folder, ['prove'], '', { PLIMSOLL_DOCKER: join(folder, 'docker') });
    assert.equal(code, 2);
    assert.match(err, /^plimsoll: Proofs build with the docker command, but there is no command /);
  });
});
