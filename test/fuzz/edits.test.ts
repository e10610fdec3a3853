// What is taken over from the last version of an edited file is what a new reading would find.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { listFiles } from '../../server/src/host/files';
import { loadGrammar } from '../support/grammar';

const root = join(__dirname, '../..');

const AWKWARD = `# syntax=docker/dockerfile:1
ARG V=1
FROM mcr.microsoft.com/windows/nanoserver:1 AS win
RUN dir
# above
FROM debian:$V AS base
SHELL ["/bin/bash", "-c"]
RUN <<EOF cat > /a && \\
  # inside
  echo b
one
EOF
# between

RUN a \\

  && b
ONBUILD RUN c
COPY <<A <<B /x/
a
A
b
B
FROM base
HEALTHCHECK CMD curl -f http://localhost || exit 1
CMD ["a", "b"]
`;

/** What somebody may type or delete, at every place: how much goes, what comes. */
const EDITS: readonly (readonly [number, string])[] = [
  [0, 'x'],
  [0, '\n'],
  [0, '#'],
  [0, '\\\n'],
  [0, '\nFROM scratch AS base\n'],
  [0, ' <<EOF'],
  [1, ''],
  [7, ''],
];

describe('an edited Dockerfile', () => {
  before(loadGrammar);

  async function texts(): Promise<string[]> {
    const found = await listFiles(root, ['examples']);
    const paths = found.filter(it => it.language === 'dockerfile').map(it => it.path);
    assert.ok(paths.length >= 4, `${paths.length} Dockerfiles`);
    const examples = paths.slice(0, 2).map(path => readFileSync(join(root, path), 'utf8'));
    return [AWKWARD, AWKWARD.replaceAll('\n', '\r\n'), ...examples];
  }

  it('reads as if nothing had been known of it before', async () => {
    let fresh = 0;
    for (const text of await texts()) {
      for (let at = 0; at < text.length; at += 7) {
        for (const [gone, typed] of EDITS) {
          parseDockerfile('edited', text);
          const edited = text.slice(0, at) + typed + text.slice(at + gone);
          const again = parseDockerfile('edited', edited);
          const anew = parseDockerfile(`new ${fresh++}`, edited);
          const what = `${JSON.stringify(typed)} for ${gone} characters at ${at}`;
          assert.deepEqual({ ...again, path: '' }, { ...anew, path: '' }, what);
        }
      }
    }
  }).timeout(300_000);

  it('is the same object where nothing was edited', () => {
    assert.equal(parseDockerfile('same', AWKWARD), parseDockerfile('same', AWKWARD));
  });
});
