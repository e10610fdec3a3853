import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage, docker, removeImages } from '../support/engine';
import { requireBaseImages, standIns } from '../support/stand-ins';

describe('The base images of the test machine', () => {
  before(requireBaseImages);

  it('answer to every name that the case studies build on', async () => {
    const names = Object.values(standIns).flat();
    const found = await docker('image', 'inspect', '--format', '{{.Id}}', ...names);
    assert.equal(found.split('\n').length, names.length);
  });

  it('weigh less where they are slim', async () => {
    const sizes = await docker(
      'image',
      'inspect',
      '--format',
      '{{.Size}}',
      'python:3.11-slim',
      'python:3.11',
    );
    const [slim, full] = sizes.split('\n').map(Number);
    assert.ok(slim && full && full > 2 * slim, `slim ${slim}, full ${full}`);
  });

  describe('in a build', () => {
    const tag = 'plimsoll-test-base:latest';
    // The classic builder leaves an image behind for every instruction, without a name to remove it by.
    const label = 'plimsoll.test=base-images';
    let context = '';
    before(async () => {
      context = await mkdtemp(join(tmpdir(), 'plimsoll-base-'));
    });
    after(async () => {
      await removeImages(tag);
      await docker('image', 'prune', '--force', '--filter', `label=${label}`);
      await rm(context, { recursive: true, force: true });
    });

    it('reach the registries of Python and Debian, with and without BuildKit, and have the official layout', async function () {
      this.timeout(5 * 60_000);
      const dockerfile = `
FROM python:3.11 AS build
LABEL ${label}
RUN pip wheel --wheel-dir /wheels markupsafe
FROM python:3.11-slim
LABEL ${label}
COPY --from=build /wheels /wheels
RUN pip install --no-index --find-links=/wheels markupsafe
RUN pip install --prefix=/install six
RUN apt-get update && apt-get install -y --no-install-recommends netcat-openbsd && rm -rf /var/lib/apt/lists/*
CMD ["python", "-c", "import markupsafe; print(markupsafe.__file__)"]
`;
      await writeFile(join(context, 'Dockerfile'), dockerfile);
      for (const builder of ['buildkit', 'classic'] as const) {
        const { id } = await buildImage({ context, tag, builder, cache: 'ignore' });
        const printed = await docker('run', '--rm', id);
        assert.match(printed, /^\/usr\/local\/lib\/python3\.\d+\/site-packages\/markupsafe\//);
        await docker('run', '--rm', id, 'sh', '-c', 'ls /install/lib/python3.*/site-packages/six.py');
      }
    });
  });
});
