import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workspace } from '../../server/src/host/workspace';
import { makeFolder, removeFolders } from '../support/folders';
import { type Measurement, median, milliseconds, timed } from './measurement';

const FOLDERS = 200;
const FILES_EACH = 500;

/** A build context of 100,000 files, measured beside `du`. */
export async function contextWalk(): Promise<readonly Measurement[]> {
  const folder = makeFolder({ Dockerfile: 'FROM a\nCOPY . .\n' });
  for (let index = 0; index < FOLDERS; index++) {
    const inside = join(folder, `data/${index}`);
    mkdirSync(inside, { recursive: true });
    for (let file = 0; file < FILES_EACH; file++) writeFileSync(join(inside, `${file}.txt`), 'x');
  }
  const ours: number[] = [];
  const du: number[] = [];
  for (let round = 0; round < 5; round++) {
    ours.push(await timed(() => new Workspace(folder).factsFor('Dockerfile')));
    du.push(await timed(() => execFileSync('du', ['-s', folder])));
  }
  removeFolders();
  const ratio = median(ours) / median(du);
  return [
    {
      title: `facts of a build context of ${FOLDERS * FILES_EACH} files`,
      figure: milliseconds(median(ours)),
      limit: { text: 'under 1 s', holds: median(ours) < 1000 },
    },
    { title: 'the same, as a multiple of du', figure: `${ratio.toFixed(1)}×` },
  ];
}
