import assert from 'node:assert/strict';
import { imageGone, imagePage, linesOf, nothingChosen, notice } from '../../client/src/panel/layer-page';
import type { ImagePage, PageRow } from '../../client/src/panel/messages';
import { agesLast, changesOf, imageOf, type TreeRow, treeRows } from '../../client/src/panel/view-model';
import { age, ageLasts } from '../../client/src/panel/words';
import type { EngineState, ImageLayers, ImageSummary, LayerRow } from '../../server/src/protocol';
import { calidda, days, dockerfile, hours, image, minutes, now, pathOf } from './images';

describe('The tree of images', () => {
  it('shows the images of this workspace first, then the others, the newest first', () => {
    const rows = rowsOf(
      image('old', { createdAt: now - 9 * days }),
      image('ours-old', { createdAt: now - 8 * days, dockerfile }),
      image('new', { createdAt: now - 1 * hours }),
      image('ours-new', { createdAt: now - 2 * days, dockerfile }),
    );
    assert.deepEqual(labels(rows), ['ours-new:latest', 'ours-old:latest', 'new:latest', 'old:latest']);
  });

  it('says size and age in plain words', () => {
    const [row] = rowsOf(image('api', { bytes: 1.24e9, createdAt: now - 3 * hours - 5 * minutes }));
    assert.equal(row?.description, '1.2 GB · 3 h ago');
  });

  it('calls a size an estimate where the engine does not count the bytes of files', () => {
    const [row] = rowsOf(image('api', { bytes: 193e6, sizes: 'estimated' }));
    assert.equal(row?.description, 'about 193 MB · 3 h ago');
    assert.match(row?.tooltip ?? '', /^The space on disk that the engine reports, unpacked$/m);
  });

  it('has a row for each name of an image, each telling the other names', () => {
    const rows = rowsOf(image('api', { tags: ['api:latest', 'api:1.2'] }));
    assert.deepEqual(labels(rows), ['api:1.2', 'api:latest']);
    assert.match(rows[0]?.tooltip ?? '', /^The same image: api:latest$/m);
  });

  it('folds images without a name into one row at the end', () => {
    const rows = rowsOf(image('lost', { tags: [] }), image('lost2', { tags: [] }), image('api'));
    assert.deepEqual(labels(rows), ['api:latest', 'Untagged images']);
    const last = rows.at(-1);
    assert.ok(last?.kind === 'untagged');
    assert.equal(last.description, '2');
    assert.deepEqual(labels(last.rows), ['lost', 'lost2']);
  });

  it('tells which Dockerfile builds an image', () => {
    const [row] = rowsOf(image('api', { dockerfile }));
    assert.match(row?.tooltip ?? '', /^Built by calidda\/srv-img\/Dockerfile$/m);
    assert.equal(row?.spoken, 'api:latest, 412 MB · 3 h ago, Built by calidda/srv-img/Dockerfile');
  });

  it('is empty while no engine answers', () => {
    assert.deepEqual(treeRows({ kind: 'connecting' }, now, pathOf), []);
    const gone: EngineState = { kind: 'unavailable', reason: 'not-running', detail: 'ECONNREFUSED' };
    assert.deepEqual(treeRows(gone, now, pathOf), []);
  });

  it('draws only the row whose image was built again under the same name', () => {
    const before = rowsOf(image('web'), image('api', { dockerfile }));
    const after = rowsOf(image('web'), image('api', { id: 'sha256:other', dockerfile, bytes: 99e6 }));
    assert.deepEqual(changesOf(before, after), { order: false, references: ['api:latest'] });
  });

  it('draws nothing when nothing changed', () => {
    assert.deepEqual(changesOf(rowsOf(image('api')), rowsOf(image('api'))), { order: false, references: [] });
  });

  it('reads the whole tree again when a row comes or goes', () => {
    assert.equal(changesOf(rowsOf(image('api')), rowsOf(image('api'), image('web'))).order, true);
    assert.equal(changesOf(rowsOf(image('api')), []).order, true);
  });

  it('draws the fold again when an image lost its name', () => {
    const before = rowsOf(image('a', { tags: [] }));
    const after = rowsOf(image('a', { tags: [] }), image('b', { tags: [] }));
    assert.deepEqual(changesOf(before, after), { order: false, references: ['untagged'] });
  });

  it('finds an image by its name and by its id', () => {
    const state = connected(image('api', { tags: ['api:1', 'api:2'] }));
    assert.equal(imageOf(state, 'api:2')?.id, 'sha256:api');
    assert.equal(imageOf(state, 'sha256:api')?.id, 'sha256:api');
    assert.equal(imageOf(state, 'api:3'), undefined);
    assert.equal(imageOf({ kind: 'connecting' }, 'api:1'), undefined);
  });

  it('knows when the first age grows', () => {
    const state = connected(
      image('hours', { createdAt: now - 3 * hours - 50 * minutes }),
      image('days', { createdAt: now - 4 * days, tags: [] }),
    );
    assert.equal(agesLast(state, now), 10 * minutes);
    assert.equal(agesLast(connected(), now), undefined);
  });
});

describe('An age', () => {
  const ages: [number, string][] = [
    [-5000, 'just now'],
    [59_000, 'just now'],
    [1 * minutes, '1 min ago'],
    [59 * minutes, '59 min ago'],
    [1 * hours, '1 h ago'],
    [47 * hours, '47 h ago'],
    [2 * days, '2 days ago'],
    [13 * days, '13 days ago'],
    [14 * days, '2 weeks ago'],
    [60 * days, '2 months ago'],
    [729 * days, '24 months ago'],
    [730 * days, '2 years ago'],
  ];
  for (const [passed, words] of ages) {
    it(`of ${passed} ms is "${words}", until the time that it says`, () => {
      const then = now - passed;
      assert.equal(age(then, now), words);
      const changes = now + ageLasts(then, now);
      assert.equal(age(then, changes - 1), words);
      assert.notEqual(age(then, changes), words);
    });
  }
});

describe('The page of layers', () => {
  it('is in Dockerfile order, with the base image as one row and what adds nothing folded', () => {
    assert.deepEqual(written(page(calidda())), [
      'base image · 7 instructions · 131 MB',
      'WORKDIR, ENV · 0 B',
      'RUN · apt-get update && apt-get install -y build-essential libgl1 libglib2.0-0 tesseract-ocr curl git · 402 MB',
      'COPY · requirements.txt . · 1.2 kB',
      'RUN · pip install -r requirements.txt · 318 MB',
      'COPY · . . · 61 MB',
      'EXPOSE, HEALTHCHECK, CMD · 0 B',
    ]);
  });

  it('gives each row its share of the image', () => {
    const shares = page(calidda()).rows.map(({ share }) => Math.round(share * 100));
    assert.deepEqual(shares, [14, 0, 44, 0, 35, 7, 0]);
  });

  it('unfolds the base image into its own layers', () => {
    const [first] = page(calidda()).rows;
    const sizes = first?.folded?.map(({ size }) => size);
    assert.deepEqual(sizes, ['75 MB', '0 B', '9.3 MB', '47 MB', '36 B', '0 B']);
    assert.ok(first?.folded?.every(({ origin }) => origin === 'base' || origin === 'none'));
  });

  it('does not fold a single instruction that adds nothing', () => {
    const [row] = page(layers([0, 'ENV A=1'], [5, 'RUN make'])).rows;
    assert.equal(row?.folded, undefined);
    assert.equal(row?.keyword, 'ENV');
    assert.equal(row?.origin, 'none');
  });

  it('tells commands, files and the base image apart', () => {
    const { rows } = page(layers([5, 'RUN make'], [5, 'COPY . .'], [5, 'ADD a.tar /'], [0, 'CMD ["a"]']));
    assert.deepEqual(
      rows.map(({ origin }) => origin),
      ['command', 'files', 'files', 'none'],
    );
  });

  it('shows a heredoc on one line, with its line ends marked, and whole in the tooltip', () => {
    const [row] = page(layers([5, 'RUN <<EOF\napt-get update\n  make\nEOF'])).rows;
    assert.equal(row?.text, '<<EOF ↵ apt-get update ↵ make ↵ EOF');
    assert.equal(row?.tooltip, 'RUN <<EOF\napt-get update\n  make\nEOF\n\n5 B, 100 % of the image');
  });

  it('shows what is no instruction as it is', () => {
    const [row] = page(layers([5, '# debian.sh --arch amd64'])).rows;
    assert.deepEqual([row?.keyword, row?.text], ['', '# debian.sh --arch amd64']);
  });

  it('reads each row aloud with instruction, size, share and line', () => {
    const { rows } = page(calidda());
    assert.equal(rows[4]?.spoken, 'RUN pip install -r requirements.txt, 318 MB, 35 % of the image, line 11');
    assert.equal(rows[3]?.spoken, 'COPY requirements.txt ., 1.2 kB, under 1 % of the image, line 10');
    assert.equal(rows[0]?.spoken, 'base image, 131 MB, 14 % of the image, 7 instructions');
    assert.equal(rows[1]?.spoken, '2 instructions that add nothing: WORKDIR, ENV');
  });

  it('says of the whole image its size, its age and how many layers weigh something', () => {
    const { title, facts, dockerfile: path, spoken } = page(calidda());
    assert.equal(title, 'calidda-srv-img:latest');
    assert.equal(facts, '912 MB · 3 h ago · 8 layers');
    assert.equal(path, 'calidda/srv-img/Dockerfile');
    assert.equal(spoken, 'calidda-srv-img:latest: 8 layers, 912 MB');
  });

  it('knows the Dockerfile line behind every row that has one, and of no other', () => {
    const lines = linesOf(calidda());
    assert.deepEqual(lines.get('layer-11'), { uri: dockerfile, line: 10 });
    for (const row of everyRow(page(calidda()).rows)) assert.equal(lines.get(row.id)?.line, row.line);
  });

  it('gives every row an id of its own', () => {
    const ids = everyRow(page(calidda()).rows).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('calls the sizes of layers estimates where that of the image is one', () => {
    const { image: whole, layers: rows } = layers([12_288_000, 'COPY . .'], [0, 'ENV A=1']);
    const shown = page({ image: { ...whole, sizes: 'estimated' }, layers: rows });
    assert.match(shown.facts, /^about 12 MB · /);
    assert.deepEqual(
      shown.rows.map(({ size }) => size),
      ['about 12 MB', '0 B'],
    );
    assert.match(shown.rows[0]?.tooltip ?? '', /about 12 MB, 100 % of the image/);
  });

  it('shows an image without layers or bytes', () => {
    assert.deepEqual(page(layers()).rows, []);
    assert.equal(page(layers([0, 'ENV A=1'])).rows[0]?.share, 0);
  });

  it('calls an image without a name by its short id', () => {
    const id = 'sha256:0123456789abcdef';
    assert.equal(imagePage(layers(), id, now, pathOf).title, '0123456789ab');
    assert.equal(imageGone(id).title, '0123456789ab was removed');
  });

  it('says what to do where no engine answers, whether an image is chosen or not', () => {
    for (const reason of ['no-engine', 'not-running', 'permission-denied', 'failed'] as const) {
      const state: EngineState = { kind: 'unavailable', reason, detail: '' };
      assert.match(notice(state, 'api:1').text, /appear here as soon as/, reason);
      assert.deepEqual(notice(state, undefined), notice(state, 'api:1'));
    }
  });

  it('says why there are no layers while the engine answers or is looked for', () => {
    assert.deepEqual(notice(connected(), undefined), nothingChosen);
    assert.deepEqual(notice({ kind: 'connecting' }, undefined), nothingChosen);
    assert.equal(notice({ kind: 'connecting' }, 'api:1').title, 'Connecting');
    assert.deepEqual(notice(connected(), 'api:1'), imageGone('api:1'));
  });
});

function connected(...images: ImageSummary[]): EngineState {
  return { kind: 'connected', engine: 'Docker 27.3.1', images };
}

function rowsOf(...images: ImageSummary[]): TreeRow[] {
  return treeRows(connected(...images), now, pathOf);
}

function labels(rows: readonly TreeRow[]): string[] {
  return rows.map(({ label }) => label);
}

function layers(...instructions: [number, string][]): ImageLayers {
  const bytes = instructions.reduce((sum, [layer]) => sum + layer, 0);
  const rows = instructions.map(
    ([size, instruction], index): LayerRow => ({
      index,
      bytes: size,
      instruction,
      createdAt: now,
      base: false,
    }),
  );
  return { image: image('api', { bytes }), layers: rows };
}

function page(of: ImageLayers): ImagePage {
  return imagePage(of, of.image.tags[0] ?? of.image.id, now, pathOf);
}

function written({ rows }: ImagePage): string[] {
  return rows.map(({ keyword, text, size }) => [keyword, text, size].filter(part => part !== '').join(' · '));
}

function everyRow(rows: readonly PageRow[]): PageRow[] {
  return rows.flatMap(row => [row, ...everyRow(row.folded ?? [])]);
}
