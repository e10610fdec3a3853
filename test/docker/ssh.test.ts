// An engine behind ssh: a program called ssh stands in for the user's, which leads to a socket of this machine.
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { sshArguments } from '../../server/src/docker/ssh';
import { makeFolder, removeFolders } from '../support/folders';
import { plimsoll, type Ran } from '../support/plimsoll';
import { status, withOdd } from './odd-engine';
import { runBeside } from './run-beside';

const HOST = 'ssh://me@build.example:2222';

/** @param script what the program does, in Node */
function pathWithSsh(script: string): Record<string, string> {
  const folder = makeFolder({ ssh: `#!${process.execPath}\n${script}\n` });
  chmodSync(join(folder, 'ssh'), 0o755);
  return { DOCKER_HOST: HOST, PATH: `${folder}${delimiter}${process.env.PATH}` };
}

describe('an engine behind ssh', function () {
  this.timeout(60_000);

  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  afterEach(removeFolders);

  it('is asked through `docker system dial-stdio` on its machine, by the user’s own ssh', () => {
    const endpoint = {
      kind: 'ssh',
      user: 'me',
      host: 'build.example',
      port: 2222,
      socket: undefined,
    } as const;
    assert.deepEqual(sshArguments(endpoint), [
      ...['-T', '-o', 'BatchMode=yes', '-l', 'me', '-p', '2222', '--', 'build.example'],
      ...['docker', 'system', 'dial-stdio'],
    ]);
    assert.deepEqual(
      sshArguments({ kind: 'ssh', user: undefined, host: 'build', port: undefined, socket: '/run/d.sock' }),
      [
        '-T',
        '-o',
        'BatchMode=yes',
        '--',
        'build',
        'docker',
        '--host',
        'unix:///run/d.sock',
        'system',
        'dial-stdio',
      ],
    );
  });

  it('is read like any other', async () => {
    await withOdd({ '/images/odd:1/json': status(404, 'no such image') }, async engine => {
      const bridge = `
        const socket = require('node:net').connect(${JSON.stringify(engine.path)});
        process.stdin.pipe(socket).pipe(process.stdout);`;
      const ran = await runBeside(engine.path, ['weigh', 'odd:1'], undefined, pathWithSsh(bridge));
      assert.equal(ran.code, 2);
      assert.match(ran.err, /The engine has no image odd:1/);
    });
  });

  const failing = (script: string): Ran => plimsoll(__dirname, ['weigh', 'odd:1'], '', pathWithSsh(script));

  it('is told in a sentence where ssh does not get through', () => {
    const { code, err } = failing(
      `console.error('ssh: connect to host build.example port 2222: Connection refused'); process.exitCode = 255;`,
    );
    assert.equal(code, 2);
    assert.match(
      err,
      /^plimsoll: The container engine at ssh:\/\/me@build\.example:2222 cannot be reached: ssh: connect to host build\.example port 2222: Connection refused\. [^\n]+\.\n$/,
    );
  });

  it('is told in a sentence where its machine has no docker command, or ssh says nothing', () => {
    assert.match(
      failing(`console.error('bash: line 1: docker: command not found'); process.exitCode = 127;`).err,
      /cannot be reached: bash: line 1: docker: command not found\./,
    );
    assert.match(
      failing('process.exitCode = 255;').err,
      /cannot be reached: ssh exits without an error message\./,
    );
  });

  it('is told in a sentence where there is no ssh', () => {
    const { err } = plimsoll(__dirname, ['weigh', 'odd:1'], '', { DOCKER_HOST: HOST, PATH: makeFolder() });
    assert.match(err, /cannot be reached: the ssh command is not installed\./);
  });
});
