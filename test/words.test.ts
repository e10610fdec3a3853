// What people read is written in the words of Docker's documentation, in short sentences.
import assert from 'node:assert/strict';
import { type Text, textsOfDocuments, textsOfManifest, textsOfSources } from './support/texts';
import { faultsOf, longSentences } from './support/words';

describe('the words that people read', () => {
  it('in what the programs say', () => {
    const texts = textsOfSources();
    assert.ok(texts.length > 1_000, 'the strings of the sources are found');
    assertPlain(texts, 'program');
  }).timeout(60_000);

  it('in the settings, commands and views of the manifest', () => assertPlain(textsOfManifest(), 'program'));

  it('in pages and documents', () => {
    const texts = textsOfDocuments();
    assert.ok(texts.length > 2_000, 'the paragraphs of the documents are found');
    assertPlain(texts, 'document');
  });

  it('in sentences that can be read in one go', () => {
    const found = textsOfDocuments().flatMap(({ at, text }) =>
      longSentences(text).map(sentence => `${at}: ${sentence}`),
    );
    assert.deepEqual(found, []);
  });

  it('are found where they are to be avoided, and not where they mean something else', () => {
    assert.deepEqual(faultsOf('nobody knows the slim twin', 'program').length, 2);
    assert.deepEqual(faultsOf('there is no file', 'program'), []);
    assert.deepEqual(faultsOf('it is no file', 'program'), ['"is no file" (write: is not a)']);
    assert.deepEqual(faultsOf('the final stage of a known image, at most 20 MB', 'program'), []);
    assert.deepEqual(longSentences(`${'word '.repeat(41)}.`).length, 1);
    assert.deepEqual(longSentences(`${'word '.repeat(20)}. ${'word '.repeat(20)}.`), []);
  });
});

function assertPlain(texts: readonly Text[], kind: 'program' | 'document'): void {
  const found = texts.flatMap(({ at, text }) =>
    faultsOf(text, kind).map(fault => `${at}: ${fault}: ${text}`),
  );
  assert.deepEqual(found, []);
}
