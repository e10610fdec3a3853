import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Workbench } from './workbench';

describe('The lightbulb in the editor', () => {
  let workbench: Workbench;

  before(async function () {
    this.timeout(180_000);
    workbench = await Workbench.open({ study: 'calidda' });
  });
  afterEach(() => workbench.assertNoToasts());
  after(() => workbench?.close());

  it('shows the fix first, then how to ignore the rule and to read of it', async function () {
    this.timeout(60_000);
    await workbench.addFile('Dockerfile', 'FROM python:3.11-slim\nRUN pip install flask\nUSER 1000\n');
    await workbench.openFile('Dockerfile', ':2:8');

    const rows = await workbench.openLightbulb();

    const titles = await rows.allInnerTexts();
    const isAboutRule = (title: string) => /^(Ignore|Open the page of) /.test(title);
    const aboutRules = titles.filter(isAboutRule);
    assert.equal(titles[0], 'Add --no-cache-dir');
    // Other rules that hint at the same line stand below the worst one, fixes with fixes.
    assert.deepEqual(aboutRules.slice(0, 2), [
      'Ignore pip-cache-left here',
      'Open the page of pip-cache-left',
    ]);
    assert.deepEqual(titles.slice(titles.findIndex(isAboutRule)), aboutRules);
  });

  it('applies the fix that is picked, and the squiggle goes', async function () {
    this.timeout(60_000);
    await workbench.page.keyboard.press('Enter');

    await workbench.squiggles().first().waitFor({ state: 'detached' });

    assert.match(await workbench.visibleText(), /RUN pip install --no-cache-dir flask/);
  });

  it('applies the preferred fix at once when it is asked to', async function () {
    this.timeout(60_000);
    await workbench.page.keyboard.press('Control+Z');
    await workbench.squiggles().first().waitFor();

    await workbench.applyPreferredFix();

    assert.match(await workbench.visibleText(), /RUN pip install --no-cache-dir flask/);
  });

  it('shows what a conversion would change in a preview, and writes it on Apply', async function () {
    this.timeout(60_000);
    await workbench.openFile('docker-compose.yaml', ':9:25');
    const rows = await workbench.openLightbulb();
    const before = await workbench.textOnDisk('docker-compose.yaml');

    await rows.filter({ hasText: 'Build an image instead of installing' }).first().click();
    const apply = workbench.page.locator('.bulk-edit-panel .monaco-button', { hasText: /^Apply$/ });
    await apply.waitFor();
    assert.equal(await workbench.textOnDisk('docker-compose.yaml'), before);
    const previewed = workbench.page.locator('.bulk-edit-panel .monaco-list-row');
    await previewed.filter({ hasText: 'Dockerfile.calidda-api' }).first().waitFor();

    const written = workbench.untilFile('Dockerfile.calidda-api', text => text.startsWith('FROM python'));
    const rewritten = workbench.untilFile('docker-compose.yaml', text =>
      text.includes('dockerfile: Dockerfile.calidda-api'),
    );
    await apply.click();

    await Promise.all([written, rewritten]);
    const compose = await readFile(join(workbench.folder, 'docker-compose.yaml'), 'utf8');
    assert.match(compose, /dockerfile: Dockerfile\.calidda-api/);
  });
});
