import assert from 'node:assert/strict';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { ownSurroundings } from '../../server/src/docker/connect';
import type { HistoryRow } from '../../server/src/docker/history';
import { imageHistory } from '../../server/src/docker/image-history';
import { requireEngine } from '../support/engine';
import { loadGrammar } from '../support/grammar';
import { connectedEngine } from './connected';
import { buildProject, importShellImage, removedAfterwards, SHELL_IMAGE } from './shell-image';

interface BuiltCase {
  readonly title: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** One-based lines in the order of the history, without the base image. */
  readonly lines: Readonly<Record<'buildkit' | 'classic', readonly number[]>>;
}

const files = { 'a.txt': 'a', 'b.txt': 'b', 'd/c.txt': 'c' };

function both(...lines: readonly number[]): BuiltCase['lines'] {
  return { buildkit: lines, classic: lines };
}

const cases: readonly BuiltCase[] = [
  {
    title: 'every instruction that leaves an entry',
    dockerfile: [
      `FROM ${SHELL_IMAGE}`,
      'ARG VERSION=1',
      'ENV HOMEDIR=/srv/app TEXT="two words" QUOTED=a\\"b',
      'WORKDIR $HOMEDIR',
      'WORKDIR sub',
      'RUN echo one > f',
      'COPY a.txt b.txt ./',
      'COPY --chown=1:1 d $HOMEDIR/d',
      'COPY ["with space.txt", "/spaced/"]',
      'ADD a.txt /added/',
      'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
      'RUN echo "x   y" | cat',
      'RUN ["/bin/sh", "-c", "echo x > /y"]',
      'LABEL a=b c="d e"',
      'EXPOSE 8080 9000/udp',
      'VOLUME /data /d2',
      'STOPSIGNAL SIGINT',
      'HEALTHCHECK --interval=5s CMD cat /y || exit 1',
      'USER 1:1',
      'ENTRYPOINT ["/bin/sh", "-c"]',
      'CMD echo "hi" there',
    ].join('\n'),
    buildArgs: { VERSION: '7' },
    lines: both(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21),
  },
  {
    title: 'continuation lines, comments and blank lines in the middle',
    dockerfile: `FROM ${SHELL_IMAGE}\n# first\nRUN echo one \\\n  # why\n  && echo two \\\n\n  && echo three > /f\n\nRUN echo four \\\n  > /g\n`,
    lines: both(3, 9),
  },
  {
    title: 'several equal instructions',
    dockerfile: `FROM ${SHELL_IMAGE}\nRUN echo x >> /f\nRUN echo x >> /f\nENV A=1\nRUN echo x >> /f\n`,
    lines: both(2, 3, 4, 5),
  },
  {
    title: 'build arguments, global ones too, and their defaults',
    dockerfile: `ARG BASE=${SHELL_IMAGE}\nARG DIR=/srv\nFROM $BASE\nARG DIR\nARG NAME="a b"\nCOPY a.txt $DIR/x\nRUN echo $NAME > /n\n`,
    buildArgs: { DIR: '/opt' },
    lines: both(4, 5, 6, 7),
  },
  {
    title: 'stages that the final one is built on, and none else',
    dockerfile: `FROM ${SHELL_IMAGE} AS tools\nRUN echo t > /t\nFROM ${SHELL_IMAGE} AS common\nENV A=1\nRUN echo c > /c\nFROM common\nCOPY --from=tools /t /t\nRUN echo t > /t2\n`,
    lines: both(4, 5, 7, 8),
  },
  {
    title: 'an ONBUILD that a later stage carries out',
    dockerfile: `FROM ${SHELL_IMAGE} AS one\nRUN echo a > /a\nONBUILD RUN echo b > /b\nFROM one\nRUN echo c > /c\n`,
    // BuildKit keeps no entry for the ONBUILD itself.
    lines: { buildkit: [2, 3, 5], classic: [2, 3, 3, 5] },
  },
  {
    title: 'an image from scratch',
    dockerfile: 'FROM scratch\nCOPY a.txt /\nCOPY d /d\nLABEL x=y\n',
    lines: both(2, 3, 4),
  },
  {
    title: 'another stage than the last one',
    dockerfile: `FROM ${SHELL_IMAGE} AS one\nRUN echo 1 > /a\nFROM ${SHELL_IMAGE}\nRUN echo 1 > /a\n`,
    target: 'one',
    lines: both(2),
  },
];

const signal = new AbortController().signal;

describe('The layers of images that were really built', function () {
  this.timeout(120_000);
  before(requireEngine);
  beforeEach(async () => {
    await loadGrammar();
    await importShellImage();
  });
  removedAfterwards('plimsoll-test/history:1');

  for (const builder of ['buildkit', 'classic'] as const) {
    for (const { title, dockerfile, lines, ...build } of cases) {
      it(`${builder}: ${title}`, async () => {
        await buildProject('plimsoll-test/history:1', {
          dockerfile,
          files: { ...files, 'with space.txt': 'a' },
          builder,
          ...build,
        });
        const rows = await rowsOf(dockerfile, build.target);
        assert.deepEqual(rows.filter(row => !row.base).map(oneBased), lines[builder]);
        assert.ok(rows.every(row => !row.base || row.line === undefined));
      });
    }
  }

  it('A Dockerfile that has changed since the build keeps the lines of what has not', async () => {
    const built = `FROM ${SHELL_IMAGE}\nCOPY a.txt /\nRUN echo old > /x\nCOPY b.txt /\n`;
    await buildProject('plimsoll-test/history:1', { dockerfile: built, files });
    const now = `FROM ${SHELL_IMAGE}\n# new\nCOPY a.txt /\nRUN echo new > /x\nRUN true\nCOPY b.txt /\n`;
    const rows = await rowsOf(now, undefined);
    assert.deepEqual(rows.filter(row => !row.base).map(oneBased), [3, undefined, 6]);
  });

  it('Sizes are those of the engine: the bytes of files, or the blocks of the disk that they take', async () => {
    const dockerfile = `FROM ${SHELL_IMAGE}\nRUN dd if=/dev/zero of=/big bs=1000 count=3000\n`;
    await buildProject('plimsoll-test/history:1', { dockerfile });
    const rows = await rowsOf(dockerfile, undefined);
    const engine = await connectedEngine(ownSurroundings());
    const { sizes } = await engine.image('plimsoll-test/history:1', signal);
    const bytes = rows.at(-1)?.bytes ?? 0;
    assert.equal(sizes === 'estimated' ? Math.round(bytes / 100_000) * 100_000 : bytes, 3_000_000);
  });

  async function rowsOf(dockerfile: string, target: string | undefined): Promise<HistoryRow[]> {
    const engine = await connectedEngine(ownSurroundings());
    const built = { dockerfile: parseDockerfile('Dockerfile', dockerfile), target };
    return imageHistory(engine, 'plimsoll-test/history:1', built, signal);
  }
});

function oneBased({ line }: HistoryRow): number | undefined {
  return line === undefined ? undefined : line + 1;
}
