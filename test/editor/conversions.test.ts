import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { Workbench } from './workbench';

/** A place in a case study, the conversion that the lightbulb offers there, and the files that it writes. */
const conversions: readonly {
  readonly path: string;
  readonly place: string;
  readonly title: string;
  readonly edited: readonly string[];
  readonly created: readonly string[];
}[] = [
  {
    path: 'calidda/docker-compose.yaml',
    place: ':9:25',
    title: 'Build an image instead of installing at every start',
    edited: ['calidda/docker-compose.yaml'],
    created: ['calidda/Dockerfile.calidda-api', 'calidda/.dockerignore'],
  },
  {
    path: 'mikrom/docker-compose.yml',
    place: ':7:6',
    title: 'Build the image once and share it',
    edited: ['mikrom/docker-compose.yml'],
    created: [],
  },
  {
    path: 'vx11/madre/Dockerfile',
    place: ':5:8',
    title: 'Give each service its own requirements file',
    edited: ['vx11/madre/Dockerfile', 'vx11/mcp/Dockerfile', 'vx11/requirements_minimal.txt'],
    created: ['vx11/requirements_base.txt', 'vx11/requirements_madre.txt'],
  },
  {
    path: 'knowligo/Dockerfile',
    place: ':10:8',
    title: 'Convert to a multi-stage build with wheels',
    edited: ['knowligo/Dockerfile'],
    created: [],
  },
  {
    path: 'agente-hibrido/Dockerfile',
    place: ':14:8',
    title: 'Convert to a multi-stage build with a virtual environment',
    edited: ['agente-hibrido/Dockerfile'],
    created: [],
  },
];

describe('Conversions of the case studies in the editor', () => {
  let workbench: Workbench;

  before(async function () {
    this.timeout(180_000);
    workbench = await Workbench.open({});
  });
  afterEach(() => workbench.assertNoToasts());
  after(() => workbench?.close());

  for (const { path, place, title, edited, created } of conversions) {
    it(`“${title}” is previewed, applied, and undone by one undo`, async function () {
      this.timeout(120_000);
      await workbench.openFile(path, place);
      const before = await workbench.textsOnDisk(edited);
      const rows = await workbench.openLightbulb();

      await rows.filter({ hasText: title }).first().click();
      const previewed = await workbench.preview();
      assert.deepEqual(await workbench.textsOnDisk(edited), before);
      // Of many files, those in sight are listed.
      const isTouched = (row: string) => [...edited, ...created].some(file => row.startsWith(basename(file)));
      assert.ok(previewed.some(isTouched), previewed.join(', '));

      await workbench.applyPreview();
      await Promise.all(
        [...edited, ...created].map(file =>
          workbench.untilFile(file, text => text !== '' && text !== before.get(file)),
        ),
      );

      await workbench.undo(path);
      await Promise.all(edited.map(file => workbench.untilFile(file, text => text === before.get(file))));
      await Promise.all(created.map(file => workbench.untilGone(file)));
    });
  }
});
