import assert from 'node:assert/strict';
import { join } from 'node:path';
import {
  buildImage,
  docker,
  missingEngine,
  removeImages,
  requireOwnDaemon,
  startDaemon,
  stopDaemon,
  tagImage,
} from '../support/engine';
import { requireBaseImages } from '../support/stand-ins';
import { Workbench } from './workbench';

const dockerfile = `FROM python:3.11-slim
WORKDIR /app
COPY main.py .
RUN head -c 2000000 /dev/urandom > model.bin
CMD ["python", "main.py"]
`;

/** Called as its folder, and so known as this workspace's. */
const image = 'plimsoll-meter:latest';
const secondName = 'plimsoll-meter:second';

describe('The panel in the editor', () => {
  let workbench: Workbench;

  before(async function () {
    await requireBaseImages.call(this);
    this.timeout(180_000);
    workbench = await Workbench.open({ study: 'calidda' });
    await workbench.addFile('plimsoll-meter/Dockerfile', dockerfile);
    await workbench.addFile('plimsoll-meter/main.py', 'print("meter")\n');
    await buildImage({ context: join(workbench.folder, 'plimsoll-meter'), tag: image });
  });
  beforeEach(function () {
    this.timeout(60_000);
  });
  afterEach(() => workbench.assertNoToasts());
  after(async () => {
    await workbench?.close();
    if ((await missingEngine()) === undefined) await removeImages(image, secondName);
  });

  it('lists the image that the workspace builds', async () => {
    await workbench.openPanel();

    // The engine may answer before the folder is searched for Dockerfiles: the row then gets its second half later.
    const row = workbench
      .image(image)
      .and(workbench.page.locator('[aria-label*="Built by plimsoll-meter/Dockerfile"]'));
    await row.waitFor();

    assert.equal(await row.count(), 1);
  });

  it('shows the layers of an image with what they weigh, those that add nothing folded', async () => {
    await workbench.image(image).click();

    const rows = workbench.layers.locator('.row');
    await rows.filter({ hasText: 'model.bin' }).locator('.bar').waitFor();

    const spoken = await rows.evaluateAll(all => all.map(row => row.getAttribute('aria-label') ?? ''));
    assert.match(spoken[0] ?? '', /^base image, /);
    assert.ok(
      spoken.some(label => /^COPY main\.py \., .*, line 3$/.test(label)),
      spoken.join('\n'),
    );
    assert.ok(
      spoken.some(label => /model\.bin, 2(\.0)? MB, .*, line 4$/.test(label)),
      spoken.join('\n'),
    );
  });

  it('goes to the line of the Dockerfile on a click', async () => {
    await workbench.layers.locator('.row', { hasText: 'model.bin' }).click();

    await workbench.page.locator('.tab.active', { hasText: 'Dockerfile' }).waitFor();
    await workbench.untilAtLine(4);
  });

  it('goes to the line of the Dockerfile by keyboard too', async () => {
    await workbench.layers.locator('.row', { hasText: 'model.bin' }).focus();

    await workbench.page.keyboard.press('ArrowUp');
    await workbench.page.keyboard.press('Enter');

    await workbench.untilAtLine(3);
  });

  it('shows a new name within a second', async () => {
    const appears = workbench
      .image(secondName)
      .waitFor()
      .then(() => performance.now());
    await tagImage(image, secondName);
    const tagged = performance.now();

    const passed = (await appears) - tagged;

    assert.ok(passed < 1000, `it took ${Math.round(passed)} ms`);
    console.log(`      ${Math.round(Math.max(passed, 0))} ms after the docker command`);
  });

  it('leaves out a name that was removed', async () => {
    await docker('image', 'rm', secondName);

    await workbench.image(secondName).waitFor({ state: 'detached' });
    await workbench.image(image).waitFor();
  });

  describe('without an engine', () => {
    before(requireOwnDaemon);
    after(async function () {
      this.timeout(120_000);
      await startDaemon();
    });

    it('says calmly what to do', async function () {
      this.timeout(120_000);
      await stopDaemon();

      const welcome = workbench.page.locator('.welcome-view-content', { hasText: 'engine' });
      await welcome.filter({ hasText: /Start it|Install Docker/ }).waitFor();
      assert.equal(await workbench.image(image).count(), 0);
    });

    it('shows the images again without a click when it is back', async function () {
      this.timeout(120_000);
      await startDaemon();

      await workbench.image(image).waitFor({ timeout: 60_000 });
    });
  });
});
