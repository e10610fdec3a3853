// The pictures of the README, taken from the real thing: `npm run pictures`. They are no part of a test run, which
// leaves the tree as it was.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/machine/folders';
import { buildImage } from '../support/engine';
import { requireBaseImages } from '../support/stand-ins';
import { Workbench } from './workbench';

const folder = join(root, 'docs/images');
/** As Compose calls it. */
const image = 'agente-hibrido-backend:latest';

describe('The pictures of the README', () => {
  let workbench: Workbench;

  before(async function () {
    await requireBaseImages.call(this);
    this.timeout(600_000);
    workbench = await Workbench.open({ study: 'agente-hibrido' });
    await buildImage({ context: workbench.folder, tag: image });
    await mkdir(folder, { recursive: true });
  });
  after(() => workbench?.close());

  it('show squiggles and the lightbulb', async function () {
    this.timeout(60_000);
    await workbench.openFile('Dockerfile', ':14:8');
    await workbench.openLightbulb();

    await workbench.page.screenshot({
      path: join(folder, 'editor.png'),
      clip: { x: 0, y: 0, width: 1200, height: 700 },
    });
    await workbench.page.keyboard.press('Escape');
    await workbench.assertNoToasts();
  });

  it('show the layers of an image beside their Dockerfile', async function () {
    this.timeout(60_000);
    await workbench.openPanel();
    await workbench.image(image).click();
    await workbench.layers.locator('.row', { hasText: 'apt-get' }).click();
    await workbench.untilAtLine(6);

    await workbench.page.screenshot({
      path: join(folder, 'panel.png'),
      clip: { x: 0, y: 0, width: 1200, height: 770 },
    });
    await workbench.assertNoToasts();
  });

  it('show the proof of a conversion beside its Dockerfile', async function () {
    this.timeout(900_000);
    await workbench.openFile('Dockerfile');
    const rows = await workbench.openProofs();
    await rows.filter({ hasText: 'Fill a virtual environment' }).first().click();
    await workbench.proof.getByRole('table').first().waitFor({ timeout: 850_000 });

    await workbench.page.screenshot({
      path: join(folder, 'proof.png'),
      clip: { x: 0, y: 0, width: 1280, height: 800 },
    });
  });
});
