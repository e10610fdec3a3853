import assert from 'node:assert/strict';
import { importShellImage } from '../docker/shell-image';
import { buildImage, bytesOfLayers, removeImages, requireEngine } from '../support/engine';
import { makeFolder, removeFolders } from '../support/folders';
import { plimsoll } from '../support/plimsoll';
import { weighedProject } from '../support/weighed-project';

const IMAGE = 'plimsoll-test/evidence:1';
const LAYER = `${IMAGE}, the layer of line 4`;

describe('plimsoll check beside an engine', function () {
  this.timeout(120_000);
  let folder: string;

  before(async function () {
    await requireEngine.call(this);
    await importShellImage();
    folder = makeFolder(weighedProject(IMAGE));
    await buildImage({ context: folder, tag: IMAGE });
  });
  after(async () => {
    await removeImages(IMAGE);
    removeFolders();
  });

  function evidence(rule: string, ...more: string[]): unknown {
    const { out, err } = plimsoll(folder, ['check', '--rule', rule, '--format', 'json', ...more]);
    assert.equal(err, '');
    const { files } = JSON.parse(out) as { files: { diagnostics: { evidence?: unknown }[] }[] };
    return files.flatMap(file => file.diagnostics).map(finding => finding.evidence);
  }

  it('knows of no image without being told to ask', () => {
    assert.deepEqual(evidence('build-tools-in-final-image'), [undefined]);
  });

  it('--daemon measures the layer that the reported instruction made, or says that it is estimated', async () => {
    const inHistory = {
      measured: { bytes: 2_300_000, how: 'measured', source: LAYER },
      // The blocks of the disk, of two folders too.
      estimated: {
        bytes: 2_338_816,
        how: 'estimated',
        source: `${LAYER}, by the space that the engine says it takes`,
      },
    };
    const evidenceOfLayer = evidence('build-tools-in-final-image', '--daemon');
    assert.deepEqual(evidenceOfLayer, [inHistory[await bytesOfLayers()]]);
    assert.deepEqual(evidence('apt-lists-left', '--daemon'), [undefined]);
  });

  it('--image-contents measures what is in the layer', () => {
    assert.deepEqual(evidence('apt-lists-left', '--image-contents'), [
      { bytes: 300_000, how: 'measured', source: `${IMAGE}, the apt package lists in the layer of line 4` },
    ]);
  });

  it('finds the image that the Compose file beside a named Dockerfile names', () => {
    assert.deepEqual(evidence('apt-lists-left', '--image-contents', 'Dockerfile'), [
      { bytes: 300_000, how: 'measured', source: `${IMAGE}, the apt package lists in the layer of line 4` },
    ]);
  });
});
