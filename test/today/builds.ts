// What only engines of today build or record. Runs with `npm test -- containerd overlay2`.
import assert from 'node:assert/strict';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { ownSurroundings } from '../../server/src/docker/connect';
import type { Engine } from '../../server/src/docker/engine';
import { imageHistory } from '../../server/src/docker/image-history';
import { weigh } from '../../server/src/docker/weigh';
import { prove } from '../../server/src/prove/proof';
import { compared, failures } from '../../server/src/prove/summary';
import { connectedEngine } from '../docker/connected';
import { buildProject, importShellImage, removedAfterwards, SHELL_IMAGE } from '../docker/shell-image';
import { buildImage, bytesOfLayers, docker, requireEngine } from '../support/engine';
import { makeFolder, removeFolders } from '../support/folders';
import { loadGrammar } from '../support/grammar';
import { plimsoll } from '../support/plimsoll';

const TAG = 'plimsoll-test/today:1';
const signal = new AbortController().signal;

interface TodayCase {
  readonly title: string;
  readonly dockerfile: string;
  /** One-based lines in the order of the history, without the base image. */
  readonly lines: readonly number[];
  /** What a container of the image prints. */
  readonly prints?: string;
}

const files = { 'a.txt': 'a', 'd/b.txt': 'b' };

const cases: readonly TodayCase[] = [
  {
    title: 'heredocs: commands, a program of their own, and files',
    dockerfile: `FROM ${SHELL_IMAGE}
RUN <<EOF
echo one > /one
echo two >> /one
EOF
RUN <<EOF
#!/bin/bash
echo three >> /one
EOF
COPY <<EOF <<"END" /etc/app/
port=$PORT
EOF
as $it is
END
RUN <<EOF cat >> /one
four
EOF
RUN <<-A cat >> /one && cat <<-B >> /one
	five
	A
	six
	B
WORKDIR /etc
CMD ["cat", "/one", "/etc/app/END"]
`,
    lines: [2, 6, 10, 15, 18, 23, 24],
    prints: 'one\ntwo\nthree\nfour\nfive\nsix\nas $it is',
  },
  {
    title: 'COPY --link, with what belongs to it',
    dockerfile: `FROM ${SHELL_IMAGE} AS made
RUN echo made > /made
FROM ${SHELL_IMAGE}
ENV A=1
COPY --link a.txt /x/
COPY --link --chown=7:7 --chmod=640 d /y/
COPY --link --from=made /made /z/
ADD --link a.txt /w/
CMD ["cat", "/x/a.txt", "/y/b.txt", "/z/made"]
`,
    lines: [4, 5, 6, 7, 8, 9],
    prints: 'abmade',
  },
  {
    title: 'mounts of every kind that needs no secret',
    dockerfile: `FROM ${SHELL_IMAGE}
RUN --mount=type=cache,target=/cache,sharing=locked --mount=type=tmpfs,target=/scratch echo c > /cache/c && cat /cache/c > /c
RUN --mount=type=bind,source=d,target=/mnt/d cat /mnt/d/b.txt >> /c
RUN --mount=type=cache,target=/cache,sharing=locked <<EOF
cat /cache/c >> /c
EOF
CMD ["cat", "/c"]
`,
    lines: [2, 3, 4, 7],
    prints: 'c\nbc',
  },
  {
    title: 'checks that are switched off for one instruction',
    dockerfile: `# check=skip=JSONArgsRecommended
FROM ${SHELL_IMAGE}
# check=skip=WorkdirRelativePath
WORKDIR x
ENV A=1
# check=skip=SecretsUsedInArgOrEnv
ENV API_TOKEN=none
CMD echo hi
`,
    lines: [4, 5, 7, 8],
  },
];

const healthChecks = [
  'HEALTHCHECK --interval=5s CMD cat /x || exit 1',
  'HEALTHCHECK --interval=1m --timeout=3s --start-period=9s --start-interval=2s --retries=4 CMD cat /x',
  'HEALTHCHECK CMD ["cat", "/x"]',
  'HEALTHCHECK --retries=2 CMD ["sh", "-c", "cat /x y"]',
  'HEALTHCHECK NONE',
];

describe('The engine of today', function () {
  this.timeout(180_000);
  let engine: Engine;

  before(async function () {
    await requireEngine.call(this);
    await loadGrammar();
    await importShellImage();
    engine = await connectedEngine(ownSurroundings());
  });
  removedAfterwards(TAG);
  after(removeFolders);

  async function linesOf(dockerfile: string): Promise<(number | undefined)[]> {
    const built = { dockerfile: parseDockerfile('Dockerfile', dockerfile), target: undefined };
    const rows = await imageHistory(engine, TAG, built, signal);
    return rows.filter(row => !row.base).map(({ line }) => (line === undefined ? undefined : line + 1));
  }

  it('is one of 2026', async () => {
    const version = await docker('version', '--format', '{{.Server.APIVersion}}');
    assert.ok(Number(version.split('.')[1]) >= 56, version);
  });

  for (const { title, dockerfile, lines, prints } of cases) {
    it(`builds, and ties to their lines: ${title}`, async () => {
      assert.deepEqual(parseDockerfile('Dockerfile', dockerfile).problems, []);
      await buildProject(TAG, { dockerfile, files });
      assert.deepEqual(await linesOf(dockerfile), lines);
      if (prints !== undefined) assert.equal(await docker('run', '--rm', TAG), prints);
    });
  }

  for (const healthCheck of healthChecks) {
    it(`ties to its line, and so what stands above it: ${healthCheck}`, async () => {
      const dockerfile = `FROM ${SHELL_IMAGE}\nENV A=1\nWORKDIR /w\n${healthCheck}\nCMD ["cat", "/x"]\n`;
      await buildProject(TAG, { dockerfile });
      assert.deepEqual(await linesOf(dockerfile), [2, 3, 4, 5]);
    });
  }

  it('pulls the base images that FROM names, and counts one platform of them', async () => {
    const dockerfile =
      'FROM python:3.11 AS build\nRUN python -m venv --without-pip /venv\nFROM --platform=$BUILDPLATFORM docker.io/library/python:3.11-slim\nCOPY --link --from=build /venv /venv\nENV PATH=/venv/bin:$PATH\nCMD ["python", "-c", "print(6 * 7)"]\n';
    await buildProject(TAG, { dockerfile });
    assert.equal(await docker('run', '--rm', TAG), '42');
    assert.deepEqual(await linesOf(dockerfile), [4, 5, 6]);
    const { image } = await weigh(engine, TAG, undefined, signal);
    const listed = (await engine.images(signal)).find(({ tags }) => tags.includes(TAG));
    const shown = await engine.image(TAG, signal);
    assert.deepEqual([listed?.bytes, listed?.sizes], [shown.bytes, shown.sizes]);
    // Files end in the middle of a block.
    const most = (await bytesOfLayers()) === 'measured' ? image.bytes : image.bytes * 1.3;
    assert.ok(shown.bytes >= image.bytes && shown.bytes <= most, `${shown.bytes}, not ${image.bytes}`);
  });

  it('gives the same bytes to weigh, to prove and to findings', async () => {
    const folder = makeFolder({
      Dockerfile:
        'FROM python:3.11-slim\nWORKDIR /app\nCOPY main.py .\nRUN head -c 2000000 /dev/zero > /var/lib/apt/lists/left && apt-get update --print-uris\nCMD ["python", "main.py"]\n',
      'main.py': 'print("up")\n'.repeat(1000),
      'compose.yaml': `services:\n  api:\n    build: .\n    image: ${TAG}\n`,
    });
    await buildImage({ context: folder, tag: TAG });
    const { image, layers } = await weigh(engine, TAG, undefined, signal);
    assert.equal(
      layers.reduce((sum, { bytes }) => sum + bytes, 0),
      image.bytes,
    );
    assert.deepEqual(
      layers.slice(-4).map(({ bytes }) => bytes),
      [0, 12_000, 2_000_000, 0],
    );

    const told = JSON.parse(plimsoll(folder, ['weigh', TAG, '--format', 'json']).out);
    assert.equal(told.image.bytes, image.bytes);
    const proof = await prove({ folder, change: { kind: 'fix' }, figures: 'sizes' }, () => undefined, signal);
    assert.deepEqual(failures(proof), []);
    assert.equal(compared(proof)[0]?.before.image.bytes, image.bytes);

    const args = ['check', '--rule', 'apt-lists-left', '--image-contents', '--format', 'json'];
    const { files: checked } = JSON.parse(plimsoll(folder, args).out);
    const [evidence] = checked.flatMap((file: { diagnostics: { evidence?: object }[] }) =>
      file.diagnostics.map(it => it.evidence),
    );
    assert.deepEqual([evidence.bytes, evidence.how], [2_000_000, 'measured']);
  });
});
