import assert from 'node:assert/strict';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import type { HistoryEntry } from '../../server/src/docker/engine';
import { type HistoryRow, layersOf, sharedEntries } from '../../server/src/docker/history';
import { loadGrammar } from '../support/grammar';
import { historyCases } from './history-cases';

function entry(createdBy: string, bytes = 0): HistoryEntry {
  return { createdBy, bytes, createdAt: 0, comment: createdBy === '' ? 'Imported from -' : '' };
}

function lineOf({ base, line }: HistoryRow): number | 'base' | 'none' {
  if (line !== undefined) return line + 1;
  return base ? 'base' : 'none';
}

describe('The layers of an image, tied to the lines of its Dockerfile', () => {
  before(loadGrammar);

  for (const { title, dockerfile, history, ...facts } of historyCases) {
    it(title, () => {
      const file = parseDockerfile('Dockerfile', dockerfile);
      const rows = layersOf(
        history.map(([createdBy]) => entry(createdBy)),
        file,
        facts,
      );
      assert.deepEqual(
        rows.map(row => [row.instruction, lineOf(row)]),
        history.map(([, line], index) => [rows[index]?.instruction, line]),
      );
    });
  }

  it('Instructions are shown as they were written where the line is known', () => {
    const file = parseDockerfile('Dockerfile', 'FROM x\nCOPY --chown=1:1 a \\\n  /b\nrun <<E\necho\nE\n');
    const rows = layersOf([entry('COPY a /b # buildkit'), entry('RUN /bin/sh -c echo\n # buildkit')], file);
    assert.deepEqual(
      rows.map(row => row.instruction),
      ['COPY --chown=1:1 a /b', 'RUN <<E echo'],
    );
  });

  const shown: readonly (readonly [createdBy: string, instruction: string])[] = [
    ['RUN |2 A=1 B=x y /bin/sh -c pip  install # buildkit', 'RUN pip install'],
    ['|1 A=b /bin/sh -c make', 'RUN make'],
    ['/bin/bash -o pipefail -c a | b', 'RUN a | b'],
    ['/bin/sh -c #(nop) COPY dir:0123456789abcdef0123 in /app ', 'COPY … /app'],
    ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'],
    ['EXPOSE map[80/tcp:{}]', 'EXPOSE 80/tcp'],
    ['EXPOSE [80/tcp 53/udp]', 'EXPOSE 80/tcp 53/udp'],
    [
      'HEALTHCHECK {Test:[CMD-SHELL cat /x] Interval:5s Timeout:0s StartPeriod:0s StartInterval:0s Retries:0}',
      'HEALTHCHECK CMD-SHELL cat /x',
    ],
    ['HEALTHCHECK &{["CMD-SHELL" "cat /x"] "5s" "0s" "0s" \'\\x00\'}', 'HEALTHCHECK CMD-SHELL cat /x'],
    ['|1 A=1 /bin/sh -c ["sh","-c","x"]', 'RUN ["sh","-c","x"]'],
    ['', 'Imported from -'],
  ];
  for (const [createdBy, instruction] of shown) {
    it(`\`${createdBy}\` is shown as \`${instruction}\` where no Dockerfile is known`, () => {
      assert.equal(layersOf([entry(createdBy)])[0]?.instruction, instruction);
    });
  }

  it('Every prefix of a Dockerfile can be compared with a history', function () {
    this.timeout(120_000);
    for (const { dockerfile, history } of historyCases) {
      const entries = history.map(([createdBy]) => entry(createdBy));
      for (let end = 0; end <= dockerfile.length; end++) {
        const rows = layersOf(entries, parseDockerfile('Dockerfile', dockerfile.slice(0, end)));
        assert.equal(rows.length, entries.length);
      }
    }
  });

  it('A long history with many equal instructions is compared at once', () => {
    const dockerfile = `FROM x\n${'RUN make\nENV A=1\n'.repeat(300)}RUN other\n`;
    const history = [...Array(150)].flatMap(() => [
      entry('RUN /bin/sh -c make # buildkit'),
      entry('ENV A=1'),
    ]);
    const file = parseDockerfile('Dockerfile', dockerfile);
    const began = performance.now();
    layersOf(history, file);
    assert.ok(performance.now() - began < 5_000);
  });

  it('The end of the base image is known from its own history', () => {
    const base = [entry('ADD x', 5), entry('CMD ["a"]')];
    assert.equal(sharedEntries([...base, entry('RUN y')], base), 2);
    assert.equal(sharedEntries([entry('ADD other', 5), entry('RUN y')], base), undefined);
  });
});
