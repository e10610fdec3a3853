import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  decline,
  declineAt,
  declineFor,
  isDeclined,
  reason,
  reasonText,
} from '../../server/src/core/decline';
import { REASONS } from '../../server/src/core/reasons';
import { span } from '../../server/src/core/text/span';

const core = join(__dirname, '../../server/src/core');

describe('Reasons to decline', () => {
  const file = { text: 'FROM a\nRUN b\n' };
  const second = { span: span(7, 12) };

  it('name the line that they are about, and what the sentence asks for', () => {
    assert.equal(reasonText(decline('no-from')), 'there is no FROM');
    assert.equal(reasonText(decline('file-exists', { path: 'nginx.conf' })), 'nginx.conf already exists');
    assert.equal(
      reasonText(declineAt(file, second, 'calls-installer', { program: 'uv' })),
      'line 2 calls uv, which stays in the builder stage: start the program itself',
    );
    assert.equal(reasonText(declineFor(file, second, reason('installs-nothing'))), 'line 2 installs nothing');
  });

  it('keep what they are made of, for who counts them', () => {
    const declined = declineAt(file, second, 'calls-installer', { program: 'uv' });
    assert.ok(isDeclined(declined));
    assert.deepEqual(
      { code: declined.code, at: declined.at, args: declined.args },
      { code: 'calls-installer', at: second.span, args: { program: 'uv' } },
    );
  });

  it('stand in another reason without their line', () => {
    const inner = declineAt(file, second, 'installs-nothing');
    assert.equal(
      reasonText(decline('stays-as-it-is', { name: 'api', reason: inner })),
      'api cannot be changed: installs nothing',
    );
  });

  it('take the names of a file as they are: braces in them ask for nothing', () => {
    assert.equal(
      reasonText(decline('file-exists', { path: '{path}{name}$&' })),
      '{path}{name}$& already exists',
    );
  });

  it('show every character, and end', () => {
    const text = reasonText(decline('file-exists', { path: `a\u202eb\n${'c'.repeat(5000)}` }));
    assert.match(text, /^a\\u202eb\\nccc/);
    assert.ok(text.length < 1100);
  });

  it('are each one sentence of their own without a full stop', () => {
    const sentences = Object.values(REASONS);
    for (const sentence of sentences) assert.match(sentence, /^[^A-Z\s].*[^.\s]$|^RUN /, sentence);
    const twice = sentences.filter((it, index) => it !== '{problem}' && sentences.indexOf(it) !== index);
    assert.deepEqual(twice, []);
  });

  it('are all given by something', () => {
    const files = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter(
      it => it.endsWith('.ts') && it !== 'reasons.ts',
    );
    const texts = files.map(it => readFileSync(join(core, it), 'utf8')).join('\n');
    assert.deepEqual(
      Object.keys(REASONS).filter(code => !texts.includes(`'${code}'`)),
      [],
    );
  });
});
