import assert from 'node:assert/strict';
import { proofPage } from '../../client/src/panel/proof-page';
import { duration } from '../../client/src/panel/words';
import { better, measure, oneService, report } from './proofs';

const subject = {
  title: 'Convert to a multi-stage build with wheels',
  file: 'api/Dockerfile',
  applies: true,
};

describe('The page of a proof', () => {
  it('says first what is gained: size, rebuild and start', () => {
    assert.deepEqual(proofPage(oneService, subject).highlights, [
      { figure: 'Image size', change: '76 % smaller', detail: '412 MB → 98 MB', verdict: 'better' },
      {
        figure: 'Rebuild after a code change',
        change: '29× faster',
        detail: '41 s → 1.4 s',
        verdict: 'better',
      },
      { figure: 'Start until ready', change: '39× faster', detail: '20 s → 0.5 s', verdict: 'better' },
    ]);
  });

  it('has a row for every figure, its bars as long as its share of the longer one', () => {
    const [part] = proofPage(oneService, subject).parts;
    assert.equal(part?.name, 'web');
    assert.deepEqual(
      part.rows.map(({ figure, before, after, change }) => [figure, before, after, change]),
      [
        ['Image size', '412 MB', '98 MB', '76 % smaller'],
        ['Layers', '9', '11', '2 more'],
        ['Build context', '8.2 MB', '310 kB', '96 % smaller'],
        ['Build without a cache', '1 min 9 s', '1 min 7 s', 'about the same'],
        ['Rebuild after a code change', '41 s', '1.4 s', '29× faster'],
        ['Start until ready', '20 s', '0.5 s', '39× faster'],
        ['Code change until ready', '1 min 1 s', '1.9 s', '32× faster'],
        [
          'Health',
          'its health endpoint answers, its own check passes',
          'its health endpoint answers, its own check passes',
          '',
        ],
      ],
    );
    assert.deepEqual(part.rows[1]?.bars, { before: 9 / 11, after: 1 });
    assert.equal(part.rows[1]?.verdict, 'neutral');
    assert.equal(part.rows[7]?.bars, undefined);
  });

  it('compares nothing with what was not measured', () => {
    const { buildTime: _, rebuildTime: __, ...unbuilt } = measure();
    const page = proofPage(report([{ name: 'web', before: unbuilt, after: better() }]), subject);
    const row = page.parts[0]?.rows.find(({ figure }) => figure === 'Build without a cache');
    assert.deepEqual(row, {
      figure: 'Build without a cache',
      before: 'not measured',
      after: '1 min 7 s',
      change: '',
      verdict: 'neutral',
    });
    assert.ok(!page.highlights.some(({ figure }) => figure.startsWith('Rebuild')));
  });

  it('calls a time the same that differs as two runs do, and a size only when it is', () => {
    const after = measure({
      buildTime: 71_000,
      bytes: 413_000_000,
      contextBytes: 678,
      started: { milliseconds: 19_100, by: 'its port answers' },
    });
    const rows =
      proofPage(report([{ name: 'web', before: measure({ contextBytes: 435 }), after }]), subject).parts[0]
        ?.rows ?? [];
    const changeOf = (figure: string) => rows.find(row => row.figure === figure)?.change;
    assert.equal(changeOf('Build without a cache'), 'about the same');
    assert.equal(changeOf('Start until ready'), 'about the same');
    assert.equal(changeOf('Build context'), 'about the same');
    assert.equal(changeOf('Image size'), 'under 1 % larger');
  });

  it('adds up what several services share', () => {
    const both = { before: measure(), after: better() };
    const totals = {
      before: { images: 4, bytes: 1_648_000_000, buildTime: 276_800 },
      after: { images: 1, bytes: 98_000_000, buildTime: 66_900 },
    };
    const page = proofPage(
      report(
        [
          { name: 'web', ...both },
          { name: 'worker', ...both },
        ],
        { totals },
      ),
      subject,
    );
    assert.deepEqual(
      page.parts.map(({ name }) => name),
      ['All together', 'web', 'worker'],
    );
    assert.deepEqual(
      page.highlights.map(({ figure, change }) => `${figure}: ${change}`),
      [
        'Different images: 3 fewer',
        'All images: 94 % smaller',
        'Building them all without a cache: 4.1× faster',
      ],
    );
  });

  it('says what could not be built or started, and in which state', () => {
    const failed = { kind: 'failed', doing: 'building', because: 'exit 7' } as const;
    const page = proofPage(report([{ name: 'web', before: measure(), after: failed }]), subject);
    assert.deepEqual(page.failures, [
      { title: 'web could not be built after the change', because: 'exit 7' },
    ]);
    assert.deepEqual([page.parts, page.highlights], [[], []]);
    assert.equal(page.spoken, 'Proof of Convert to a multi-stage build with wheels. 1 failure.');
  });

  it('names the files that are written, and says where base images are substitutes', () => {
    const { notes } = proofPage({ ...oneService, standIn: true }, subject);
    assert.equal(notes[0], 'The change writes Dockerfile, .dockerignore.');
    assert.ok(notes.some(note => note.includes('substitutes')));
    assert.ok(!proofPage(oneService, subject).notes.some(note => note.includes('substitutes')));
  });

  it('is read aloud as its gains', () => {
    assert.equal(
      proofPage(oneService, subject).spoken,
      'Proof of Convert to a multi-stage build with wheels. Image size: 76 % smaller, Rebuild after a code change: 29× faster, Start until ready: 39× faster.',
    );
  });

  it('tells times as people do', () => {
    assert.deepEqual([40, 700, 9_949, 9_950, 59_400, 59_500, 125_000].map(duration), [
      '0.0 s',
      '0.7 s',
      '9.9 s',
      '10 s',
      '59 s',
      '1 min',
      '2 min 5 s',
    ]);
  });
});
