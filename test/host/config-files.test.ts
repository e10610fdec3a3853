import assert from 'node:assert/strict';
import { dockerfileRule, type Rule } from '../../server/src/core/rule';
import { MOST_FILE_BYTES } from '../../server/src/host/bounded-file';
import { ConfigFiles } from '../../server/src/host/config-files';
import { makeFolder, removeFolders } from '../support/folders';
import { write } from './write';

function rule(id: string, alias: string): Rule {
  return dockerfileRule({
    meta: {
      id,
      category: 'size',
      severity: 'warning',
      since: '0.1.0',
      summary: id,
      fix: 'none',
      aliases: [alias],
    },
    check: () => [],
  });
}

const RULES = [rule('cache-left', 'DL1'), rule('lists-left', 'DL2')];

describe('Configuration files', () => {
  after(removeFolders);

  it('merge from the root down, the nearest winning rule by rule', async () => {
    const root = makeFolder({
      '.plimsoll.yaml': 'rules:\n  cache-left: error\n  lists-left: hint\n',
      'a/b/.plimsoll.yml': 'rules:\n  cache-left: off\n',
    });
    const files = new ConfigFiles(root, RULES);
    assert.deepEqual((await files.configFor('a/b/c/Dockerfile')).config.rules, {
      'cache-left': { severity: 'off' },
      'lists-left': { severity: 'hint' },
    });
    assert.deepEqual((await files.configFor('a/Dockerfile')).config.rules['cache-left'], {
      severity: 'error',
    });
    assert.deepEqual((await files.configFor('a/Dockerfile')).problems, []);
  });

  it("take over what hadolint's file switches off, weaker than ours beside it", async () => {
    const root = makeFolder({
      '.hadolint.yaml': 'ignored:\n  - DL1\n  - dl2\n  - DL9999\n',
      '.plimsoll.yaml': 'rules: {lists-left: info}\n',
    });
    const { config, problems } = await new ConfigFiles(root, RULES).configFor('Dockerfile');
    assert.deepEqual(config.rules, { 'cache-left': { severity: 'off' }, 'lists-left': { severity: 'info' } });
    assert.deepEqual(problems, []);
  });

  it('say with their path what is wrong in them', async () => {
    const root = makeFolder({
      '.plimsoll.yaml': 'rules: {no-such-rule: error}\n',
      'a/.plimsoll.yaml': 'rules: [\n',
    });
    const { problems } = await new ConfigFiles(root, RULES).configFor('a/Dockerfile');
    assert.deepEqual(problems[0], { path: '.plimsoll.yaml', message: 'unknown rule no-such-rule' });
    assert.equal(problems[1]?.path, 'a/.plimsoll.yaml');
    assert.equal(problems.length, 2);
  });

  it('are said not to apply where something else has their name', async () => {
    const large = `# ${'x'.repeat(MOST_FILE_BYTES)}`;
    const root = makeFolder({ '.plimsoll.yaml/a': '', 'a/.hadolint.yaml': large });
    const { problems } = await new ConfigFiles(root, RULES).configFor('a/Dockerfile');
    assert.deepEqual(problems, [
      { path: '.plimsoll.yaml', message: 'the settings in it do not apply: it is a folder' },
      { path: 'a/.hadolint.yaml', message: 'the settings in it do not apply: it is larger than 10 MB' },
    ]);
  });

  it('survive a billion laughs', async () => {
    const laughs = ['a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
    for (let n = 1; n < 10; n++) {
      const [name, before] = ['abcdefghij'[n], 'abcdefghij'[n - 1]];
      laughs.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`);
    }
    const root = makeFolder({ '.plimsoll.yaml': laughs.join('\n') });
    const { problems } = await new ConfigFiles(root, RULES).configFor('Dockerfile');
    assert.match(problems[0]?.message ?? '', /alias/);
  });

  it('are read again when they change', async () => {
    const root = makeFolder({ '.plimsoll.yaml': 'rules: {cache-left: error}\n' });
    const files = new ConfigFiles(root, RULES);
    await files.configFor('a/Dockerfile');
    await write(root, '.plimsoll.yaml', 'rules: {cache-left: hint}\n');
    assert.equal(files.changed('a/Dockerfile'), false);
    assert.equal(files.changed('.plimsoll.yaml'), true);
    assert.deepEqual((await files.configFor('a/Dockerfile')).config.rules, {
      'cache-left': { severity: 'hint' },
    });
  });
});
