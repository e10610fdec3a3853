// Builds and starts what the conversion writes: its translation has to hold on a real Debian.
import assert from 'node:assert/strict';
import { alpineToSlim } from '../../server/src/core/conversions/alpine-to-slim';
import { parseFile } from '../../server/src/core/lint';
import { applyEdits } from '../../server/src/core/text/edit';
import { buildImage, docker, removeImages, requireEngine } from '../support/engine';
import { contextFor } from '../support/facts';
import { makeFolder, removeFolders } from '../support/folders';
import { loadGrammar } from '../support/grammar';
import { loadBaseImages } from '../support/stand-ins';

const FROM_ALPINE = `FROM python:3.12-alpine
WORKDIR /app
RUN set -ex; \\
    apk add --no-cache tini bash su-exec; \\
    addgroup -S -g 1001 app; \\
    adduser -S -u 1001 -G app -h /app -D app; \\
    adduser app audio
RUN printf 'print("started")\\n' > main.py && xz -k main.py && ps > /dev/null
ENTRYPOINT ["/sbin/tini", "--", "su-exec", "app"]
CMD ["bash", "-c", "id; touch /app/written && python main.py"]
`;

/** The Dockerfile as the conversion writes it. */
function converted(text: string): string {
  const file = parseFile('dockerfile', 'Dockerfile', text);
  const [offer] = alpineToSlim.offers(file, contextFor('Dockerfile', { Dockerfile: text }));
  assert.equal(offer?.kind, 'offer');
  const [change] = offer?.kind === 'offer' ? offer.changes() : [];
  assert.equal(change?.kind, 'edit');
  return change?.kind === 'edit' ? applyEdits(text, change.edits) : text;
}

describe('alpine-to-slim with the real engine', function () {
  this.timeout(300_000);
  const tag = 'plimsoll-test-alpine-to-slim:latest';
  before(async function () {
    await loadGrammar();
    await requireEngine.call(this);
    await loadBaseImages();
  });
  after(async () => {
    removeFolders();
    await removeImages(tag);
  });

  it('makes accounts, links and packages that a container can start with', async () => {
    const context = makeFolder({ Dockerfile: converted(FROM_ALPINE) });
    await buildImage({ context, tag });
    const output = await docker('run', '--rm', tag);
    assert.match(output, /^uid=1001\(app\) gid=1001\(app\) groups=1001\(app\),\d+\(audio\)\nstarted$/);
  });
});
