import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { imageGone, imagePage, nothingChosen } from '../../client/src/panel/layer-page';
import type { ImagePage } from '../../client/src/panel/messages';
import { chromiumPath, startChromium } from '../support/chromium';
import { calidda, now, pathOf } from './images';
import { PanelInBrowser } from './panel-in-browser';
import { type ThemeName, themes } from './themes';

const screenshots = join(__dirname, '../../.cache/screenshots');
const missing = 'There is no Chromium: install it, or name a browser in CHROME_PATH';

describe('The layer view in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  let panel: PanelInBrowser;

  before(async function () {
    if (!chromiumPath() && process.env.CI !== 'true') {
      console.log(`      ${missing}`);
      this.skip();
    }
    browser = await startChromium();
  });
  beforeEach(async () => {
    panel = await PanelInBrowser.open(browser);
  });
  afterEach(async () => {
    assert.deepEqual(await panel.violations(), [], 'the content security policy was kept');
    await panel.close();
  });
  after(async () => {
    await browser?.close();
  });

  it('is a tree with a row for each layer, in Dockerfile order', async () => {
    await panel.show(pageOf());
    await panel.page.getByRole('tree', { name: 'Layers of calidda-srv-img:latest' }).waitFor();
    assert.deepEqual(
      await names(),
      pageOf().rows.map(({ spoken }) => spoken),
    );
  });

  it('tells a screen reader the level and the place of a row, and whether it is unfolded', async () => {
    await panel.show(pageOf());
    const base = panel.page.getByRole('treeitem', { name: /^base image/ });
    assert.equal(await base.getAttribute('aria-expanded'), 'false');
    assert.equal(await base.getAttribute('aria-setsize'), '7');
    await base.click();
    assert.equal(await base.getAttribute('aria-expanded'), 'true');
    const child = panel.page.getByRole('treeitem', { name: /^RUN set -eux; apt-get update/ });
    assert.equal(await child.getAttribute('aria-level'), '2');
    assert.equal(await child.getAttribute('aria-posinset'), '3');
    const layer = panel.page.getByRole('treeitem', { name: /^COPY requirements/ });
    assert.equal(await layer.getAttribute('aria-expanded'), null);
  });

  it('says in the live region what is shown, once', async () => {
    const spoken = panel.page.getByRole('status');
    await panel.show(pageOf());
    assert.equal(await spoken.textContent(), 'calidda-srv-img:latest: 8 layers, 912 MB');
    await panel.show(imageGone('calidda-srv-img:latest'));
    assert.match((await spoken.textContent()) ?? '', /^calidda-srv-img:latest was removed\. /);
  });

  it('gives each layer a bar as long as its share of the image', async () => {
    await panel.show(pageOf());
    for (const [index, { share }] of pageOf().rows.entries()) {
      const row = panel.page.getByRole('treeitem').nth(index);
      if (share === 0) {
        assert.equal(await row.locator('.bar').count(), 0);
        continue;
      }
      const drawn = await row.locator('.bar').evaluate(bar => {
        const fill = bar.firstElementChild;
        for (const animation of fill?.getAnimations() ?? []) animation.finish();
        return [fill?.getBoundingClientRect().width ?? 0, bar.getBoundingClientRect().width];
      });
      const [fill = 0, bar = 0] = drawn;
      assert.ok(Math.abs(fill - Math.max(share * bar, 2)) < 0.5, `${fill} of ${bar} for ${share}`);
    }
  });

  it('asks for the line of a row that is clicked, and for nothing where there is no line', async () => {
    await panel.show(pageOf());
    await panel.page.getByRole('treeitem', { name: /^RUN pip install/ }).click();
    assert.deepEqual(await panel.sent(), [{ kind: 'openLine', row: 'layer-11' }]);
    await panel.page.getByRole('treeitem', { name: /^base image/ }).click();
    await panel.page.getByRole('treeitem', { name: /^RUN set -eux; apt-get update/ }).click();
    assert.equal((await panel.sent()).length, 1);
  });

  it('asks for the Dockerfile when its name is clicked', async () => {
    await panel.show(pageOf());
    await panel.page.getByRole('button', { name: 'calidda/srv-img/Dockerfile' }).click();
    assert.deepEqual(await panel.sent(), [{ kind: 'openDockerfile' }]);
  });

  it('is walked with arrows, Home and End, and left with one Tab', async () => {
    await panel.show(pageOf());
    await press('Tab', 'Tab');
    assert.match(await focused(), /^base image/);
    await press('ArrowDown', 'ArrowDown');
    assert.match(await focused(), /^RUN apt-get update/);
    await press('ArrowUp');
    assert.match(await focused(), /^2 instructions that add nothing/);
    await press('End');
    assert.match(await focused(), /^3 instructions that add nothing/);
    await press('ArrowDown');
    assert.match(await focused(), /^3 instructions that add nothing/);
    await press('Home');
    assert.match(await focused(), /^base image/);
    await press('End', 'Shift+Tab');
    assert.equal(await panel.page.locator(':focus').getAttribute('class'), 'link');
    await press('Tab');
    assert.match(await focused(), /^3 instructions that add nothing/);
  });

  it('unfolds with the right arrow, folds with the left one, and goes to a line with Enter', async () => {
    await panel.show(pageOf());
    await press('Tab', 'Tab', 'ArrowDown', 'ArrowRight', 'ArrowRight');
    assert.match(await focused(), /^WORKDIR \/app/);
    await press('Enter');
    assert.deepEqual(await panel.sent(), [{ kind: 'openLine', row: 'layer-7' }]);
    await press('ArrowLeft');
    assert.match(await focused(), /^2 instructions that add nothing/);
    await press('ArrowLeft');
    assert.equal((await names()).length, 7);
    await press('Enter');
    assert.equal((await names()).length, 9);
  });

  it('draws only the rows that changed when the image is built again, and keeps the focus', async () => {
    await panel.show(pageOf());
    await panel.page.getByRole('treeitem', { name: /^RUN pip install/ }).focus();
    await panel.page.evaluate(() => {
      for (const row of document.querySelectorAll('.row > *')) row.setAttribute('data-seen', '');
    });
    const { image, layers } = calidda();
    const slimmer = layers.map(layer => (layer.index === 12 ? { ...layer, bytes: 60e6 } : layer));
    const rebuilt = imagePage({ image, layers: slimmer }, title, now, pathOf);
    // Shares are of the whole image: to change one row only, the others keep theirs.
    const rows = pageOf().rows.map(row => (row.id === 'layer-12' ? (rebuilt.rows[5] ?? row) : row));
    await panel.show({ ...rebuilt, rows });
    const drawn = await panel.page.evaluate(() =>
      [...document.querySelectorAll('.row')]
        .filter(row => !row.querySelector('.instruction')?.hasAttribute('data-seen'))
        .map(row => row.getAttribute('aria-label')),
    );
    assert.deepEqual(drawn, ['COPY . ., 60 MB, 7 % of the image, line 13']);
    assert.match(await focused(), /^RUN pip install/);
  });

  it('moves the focus to the first row when the focused one is gone', async () => {
    await panel.show(pageOf());
    await panel.page.getByRole('treeitem', { name: /^RUN pip install/ }).focus();
    await panel.show({ ...pageOf(), rows: pageOf().rows.slice(0, 3) });
    assert.match(await focused(), /^base image/);
  });

  it('remembers what was unfolded while it was hidden', async () => {
    await panel.show(pageOf());
    await panel.page.getByRole('treeitem', { name: /^base image/ }).click();
    await panel.reload();
    await panel.show(pageOf());
    assert.equal(
      await panel.page.getByRole('treeitem', { name: /^base image/ }).getAttribute('aria-expanded'),
      'true',
    );
  });

  it('keeps the layers while the next ones are read, and says that it is busy', async () => {
    await panel.show(pageOf());
    await panel.show({ kind: 'loading', title: 'other:latest' });
    assert.equal(await panel.page.locator('main').getAttribute('aria-busy'), 'true');
    assert.equal((await names()).length, 7);
    await panel.show(pageOf());
    assert.equal(await panel.page.locator('main').getAttribute('aria-busy'), 'false');
    assert.equal(await panel.page.locator('.progress').count(), 0);
  });

  it('says what to do where there is nothing to show, and recovers', async () => {
    await panel.show(nothingChosen);
    await panel.page.getByRole('heading', { name: 'No image chosen' }).waitFor();
    await panel.show(pageOf());
    assert.equal((await names()).length, 7);
    assert.equal(await panel.page.locator('.notice').count(), 0);
    await panel.show(imageGone(title));
    assert.equal((await names()).length, 0);
    await panel.page.getByRole('paragraph').filter({ hasText: 'Build it again' }).waitFor();
  });

  it('shows text as text, whatever an instruction holds', async () => {
    const { image, layers } = calidda();
    const hostile = '<img src=x onerror=alert(1)>';
    const page = imagePage(
      { image, layers: layers.map(layer => ({ ...layer, instruction: `RUN echo '${hostile}'` })) },
      hostile,
      now,
      pathOf,
    );
    await panel.show(page);
    assert.equal(await panel.page.locator('img').count(), 0);
    assert.equal(await panel.page.locator('.title').textContent(), hostile);
  });

  for (const width of [160, 200, 300, 600]) {
    it(`fits into ${width} pixels without a horizontal scroll bar`, async () => {
      const narrow = await PanelInBrowser.open(browser, width);
      await narrow.show(pageOf());
      await narrow.page.getByRole('treeitem', { name: /^base image/ }).click();
      const [content, view] = await narrow.page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      assert.equal(content, view);
      const sizes = await narrow.page
        .locator('.size')
        .evaluateAll(all => all.every(size => size.scrollWidth <= size.clientWidth + 1));
      assert.ok(sizes, 'every size can be read in full');
      await narrow.close();
    });
  }

  for (const theme of Object.keys(themes) as ThemeName[]) {
    it(`has text that can be read in the ${theme} theme, and its picture`, async () => {
      const themed = await PanelInBrowser.open(browser, 320, theme);
      await themed.show(pageOf());
      await themed.page.getByRole('treeitem', { name: /^RUN pip install/ }).focus();
      await themed.page.keyboard.press('ArrowDown');
      await themed.page.evaluate(() => {
        for (const animation of document.getAnimations()) animation.finish();
      });
      mkdirSync(screenshots, { recursive: true });
      await themed.page.screenshot({ path: join(screenshots, `layers-${theme}.png`) });
      const ratios = await themed.page.evaluate(contrasts, themes[theme].variables['sideBar-background']);
      for (const [text, ratio] of ratios)
        assert.ok(ratio >= 4.5, `"${text}" has a contrast of ${ratio.toFixed(1)}`);
      await themed.close();
    });
  }

  async function press(...keys: string[]): Promise<void> {
    for (const key of keys) await panel.page.keyboard.press(key);
  }

  async function focused(): Promise<string> {
    return (await panel.page.locator(':focus').getAttribute('aria-label')) ?? '';
  }

  function names(): Promise<(string | null)[]> {
    return panel.page
      .getByRole('treeitem')
      .evaluateAll(rows => rows.map(row => row.getAttribute('aria-label')));
  }
});

const title = 'calidda-srv-img:latest';

function pageOf(): ImagePage {
  return imagePage(calidda(), title, now, pathOf);
}

/** Runs in the page: every text with its contrast against the background (WCAG 2). */
function contrasts(background: string): [string, number][] {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const luminance = (color: string): number => {
    if (!canvas) throw new Error('There is no canvas');
    canvas.fillStyle = background;
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map(value => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = luminance(background);
  return [...document.querySelectorAll('.title, .facts, .link, .instruction, .size')].map(element => {
    const text = luminance(getComputedStyle(element).color);
    return [element.textContent ?? '', (Math.max(text, behind) + 0.05) / (Math.min(text, behind) + 0.05)];
  });
}
