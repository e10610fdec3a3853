import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { ProofPage } from '../../client/src/panel/proof-messages';
import { proofPage } from '../../client/src/panel/proof-page';
import { chromiumPath, startChromium } from '../support/chromium';
import { PanelInBrowser } from './panel-in-browser';
import { better, measure, oneService, report } from './proofs';
import { type ThemeName, themes } from './themes';

const screenshots = join(__dirname, '../../.cache/screenshots');
const missing = 'There is no Chromium: install it, or name a browser in CHROME_PATH';

const subject = {
  title: 'Convert to a multi-stage build with wheels',
  file: 'api/Dockerfile',
  applies: true,
};
const failed = { kind: 'failed', doing: 'building', because: 'ERROR: exit code: 7\n'.repeat(3) } as const;

const pages: Readonly<Record<string, ProofPage>> = {
  one: proofPage(oneService, subject),
  failed: proofPage(report([{ name: 'web', before: measure(), after: failed }]), subject),
  several: proofPage(
    report(
      [
        { name: 'web', before: measure(), after: better() },
        { name: 'worker', before: measure(), after: better({ buildTime: undefined }) },
      ],
      {
        standIn: true,
        totals: {
          before: { images: 2, bytes: 824e6, buildTime: 138e3 },
          after: { images: 1, bytes: 98e6, buildTime: 67e3 },
        },
      },
    ),
    subject,
  ),
};

describe('The page of a proof in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  let panel: PanelInBrowser;

  before(async function () {
    if (!chromiumPath() && process.env.CI !== 'true') {
      console.log(`      ${missing}`);
      this.skip();
    }
    browser = await startChromium();
    mkdirSync(screenshots, { recursive: true });
  });
  beforeEach(async () => {
    panel = await PanelInBrowser.open(browser, 760, 'dark', 'proof');
  });
  afterEach(async () => {
    assert.deepEqual(await panel.violations(), [], 'the content security policy was kept');
    await panel.close();
  });
  after(async () => {
    await browser?.close();
  });

  async function show(page: ProofPage | undefined): Promise<void> {
    assert.ok(page);
    await panel.show(page);
  }

  it('is a table whose cells a screen reader finds by row and column', async () => {
    await show(pages.one);
    const table = panel.page.getByRole('table', { name: 'web, before and after' });
    assert.deepEqual(await table.getByRole('columnheader').allInnerTexts(), [
      'Figure',
      'Before',
      'After',
      'Change',
    ]);
    const row = table.getByRole('row', { name: /^Image size/ });
    assert.deepEqual(await row.getByRole('cell').allInnerTexts(), ['412 MB', '98 MB', '76 % smaller']);
  });

  it('has a chart that says in words what its bars show', async () => {
    await show(pages.one);
    const picture = panel.page.getByRole('img', {
      name: 'Image size: 412 MB before, 98 MB after, 76 % smaller',
    });
    const [before = 0, after = 0] = await picture
      .locator('.fill')
      .evaluateAll(all => all.map(fill => fill.getBoundingClientRect().width));
    assert.ok(Math.abs(after / before - 98 / 412) < 0.01, `${after} of ${before}`);
  });

  it('is walked with the Tab key: the file, the button', async () => {
    await show(pages.one);
    await panel.page.keyboard.press('Tab');
    await panel.page.keyboard.press('Enter');
    await panel.page.keyboard.press('Tab');
    await panel.page.keyboard.press('Enter');
    assert.deepEqual(await panel.sent(), [{ kind: 'openFile' }, { kind: 'apply' }]);
  });

  it('offers nothing to apply where nothing can be', async () => {
    await show(proofPage(oneService, { ...subject, applies: false }));
    assert.deepEqual(await panel.page.getByRole('button').allInnerTexts(), ['api/Dockerfile']);
  });

  it('says in the live region what is gained', async () => {
    await show(pages.one);
    assert.equal(await panel.page.getByRole('status').textContent(), pages.one?.spoken);
  });

  it('shows what was said where something failed, and no empty table', async () => {
    await show(pages.failed);
    await panel.page.getByRole('heading', { name: 'web could not be built after the change' }).waitFor();
    assert.match(await panel.page.locator('.because').innerText(), /exit code: 7/);
    assert.equal(await panel.page.getByRole('table').count(), 0);
  });

  for (const theme of Object.keys(themes) as ThemeName[]) {
    for (const width of [400, 760]) {
      it(`fits into ${width} pixels in the theme ${theme}`, async () => {
        await panel.close();
        panel = await PanelInBrowser.open(browser, width, theme, 'proof');
        for (const [name, page] of Object.entries(pages)) {
          await show(page);
          const path = join(screenshots, `proof-${name}-${theme}-${width}.png`);
          await panel.page.screenshot({ path, fullPage: true });
          const isWide = await panel.page.evaluate(
            () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
          );
          assert.ok(!isWide, `${name} is wider than ${width} pixels`);
        }
      });
    }
  }
});
