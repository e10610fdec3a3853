import assert from 'node:assert/strict';
import {
  cacheEvidence,
  describeEvidence,
  installedPackages,
  layerEvidence,
  sizeInWords,
} from '../../server/src/core/analysis/sizes/evidence';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import type { InstalledPackage } from '../../server/src/core/project/engine';
import { type CaseImage, contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';

const BUILT = 'FROM python:3.12-slim\nRUN pip install flask\nRUN pip install django\nCOPY . .\n';
const FLASK: InstalledPackage = { name: 'flask', version: '3.0', bytes: 300_000, modules: ['flask'] };

function image(layers: CaseImage['layers'], more: Partial<CaseImage> = {}): CaseImage {
  return { id: 'sha256:1', tags: ['api:latest'], digests: [], bytes: 1, layers, ...more };
}

const IMAGE = image([
  { createdBy: 'CMD ["python3"]', bytes: 0 },
  {
    createdBy: 'RUN /bin/sh -c pip install flask # buildkit',
    bytes: 5_000_000,
    caches: [{ name: 'pip cache', bytes: 900_000 }],
  },
  { createdBy: 'RUN /bin/sh -c pip install django # buildkit', bytes: 9_000_000 },
  { createdBy: 'COPY . . # buildkit', bytes: 1_000 },
]);

/** The engine's facts as they were when the file had the text `BUILT`. */
function engine(...images: CaseImage[]) {
  return contextFor('Dockerfile', { Dockerfile: BUILT, 'other.Dockerfile': BUILT }, images).engine;
}

/** What the engine tells of each instruction behind FROM, in bytes. */
function layers(text: string, facts = engine(IMAGE), path = 'Dockerfile') {
  const file = parseDockerfile(path, text);
  return file.instructions
    .slice(1)
    .map(instruction => layerEvidence(file, instruction, facts)?.bytes ?? 'unknown');
}

describe('What the engine has measured', () => {
  before(loadGrammar);

  it('is known for the instructions of the file that the image was built from', () => {
    assert.deepEqual(layers(BUILT), [5_000_000, 9_000_000, 1_000]);
  });

  it('follows an instruction to another line, and is forgotten where it reads otherwise', () => {
    const edited =
      'FROM python:3.12-slim\n# new\nUSER app\nRUN pip  install \\\n  flask\nRUN pip install django rich\nCOPY . .\n';
    assert.deepEqual(layers(edited), ['unknown', 5_000_000, 'unknown', 1_000]);
    const file = parseDockerfile('Dockerfile', edited);
    const run = file.instructions[2];
    assert.ok(run);
    assert.deepEqual(layerEvidence(file, run, engine(IMAGE)), {
      bytes: 5_000_000,
      how: 'measured',
      source: 'api:latest, the layer of line 4',
    });
  });

  it('is an estimate where the engine counts the space that layers take', () => {
    const file = parseDockerfile('Dockerfile', BUILT);
    const [, run] = file.instructions;
    assert.ok(run);
    assert.deepEqual(layerEvidence(file, run, engine({ ...IMAGE, sizes: 'estimated' })), {
      bytes: 5_000_000,
      how: 'estimated',
      source: 'api:latest, the layer of line 2, by the space that the engine says it takes',
    });
  });

  it('is not known of another Dockerfile that says the same', () => {
    assert.deepEqual(layers(BUILT, engine(IMAGE), 'other.Dockerfile'), ['unknown', 'unknown', 'unknown']);
  });

  it('comes from the newest image, and for the rest from older ones', () => {
    const newest = image([
      { createdBy: 'RUN /bin/sh -c pip install flask # buildkit', bytes: 7_000_000 },
      { createdBy: 'COPY . . # buildkit', bytes: 2_000 },
    ]);
    assert.deepEqual(layers(BUILT, engine(newest, IMAGE)), [7_000_000, 9_000_000, 2_000]);
  });

  it('of two instructions that read the same, each has its own layer or none', () => {
    const twice = 'FROM python:3.12-slim\nCOPY . .\nRUN pip install flask\nCOPY . .\n';
    assert.deepEqual(layers(twice), ['unknown', 5_000_000, 'unknown']);
  });

  it('is about the stages of the image that was built', () => {
    const text = 'FROM debian AS base\nRUN a\nFROM base AS one\nRUN b\nFROM base\nRUN b\n';
    const built = image(
      [
        { createdBy: 'RUN /bin/sh -c a # buildkit', bytes: 10 },
        { createdBy: 'RUN /bin/sh -c b # buildkit', bytes: 20 },
      ],
      { target: 'one' },
    );
    const facts = contextFor('Dockerfile', { Dockerfile: text }, [built]).engine;
    const file = parseDockerfile('Dockerfile', text);
    const runs = file.instructions.filter(it => it.kind === 'RUN');
    assert.deepEqual(
      runs.map(run => layerEvidence(file, run, facts)?.bytes),
      [10, 20, undefined],
    );
  });

  it('tells a cache inside a layer from the layer, and nothing of it from knowing nothing', () => {
    const file = parseDockerfile('Dockerfile', BUILT);
    const [, flask, django] = file.instructions;
    assert.ok(flask && django);
    const facts = engine(IMAGE);
    assert.deepEqual(cacheEvidence(file, flask, 'pip cache', facts), {
      bytes: 900_000,
      how: 'measured',
      source: 'api:latest, the pip cache in the layer of line 2',
    });
    assert.equal(cacheEvidence(file, flask, 'apt package lists', facts)?.bytes, 0);
    assert.equal(cacheEvidence(file, django, 'pip cache', facts), undefined);
  });

  it('tells what is in site-packages, where somebody has looked', () => {
    const looked = { ...IMAGE, id: 'sha256:2', packages: [FLASK] };
    const found = installedPackages('Dockerfile', engine(IMAGE, looked))?.get('flask');
    assert.deepEqual(found?.evidence, {
      bytes: 300_000,
      how: 'measured',
      source: 'site-packages of api:latest',
    });
    assert.equal(installedPackages('Dockerfile', engine(IMAGE)), undefined);
    assert.equal(installedPackages('other.Dockerfile', engine(looked)), undefined);
  });

  it('is told from an estimate in words', () => {
    assert.equal(
      describeEvidence({ bytes: 412_000_000, how: 'measured', source: 'the build context on disk' }),
      '412 MB, measured: the build context on disk',
    );
    assert.equal(describeEvidence({ how: 'estimated', source: 'a table' }), 'estimated: a table');
    assert.equal(sizeInWords({ bytes: 38e6, how: 'measured', source: 'x' }), '38 MB (measured)');
    assert.equal(sizeInWords({ bytes: 38e6, how: 'estimated', source: 'x' }), 'about 38 MB (estimated)');
    assert.equal(sizeInWords({ how: 'estimated', source: 'x' }), undefined);
  });
});
