import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '../../scripts/machine/folders';
import { output } from '../../scripts/machine/run';
import { Workbench } from './workbench';

describe('The package that users install', () => {
  let folder: string;
  let workbench: Workbench;

  before(async function () {
    this.timeout(240_000);
    folder = await mkdtemp(join(tmpdir(), 'plimsoll-package-'));
    const vsix = await makePackage(folder);
    workbench = await Workbench.open({ study: 'agente-hibrido', vsix });
  });
  after(async () => {
    await workbench?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('has all that it needs to report and to fix', async function () {
    this.timeout(60_000);
    await workbench.openFile('Dockerfile', ':14:8');

    const rows = await workbench.openLightbulb();

    assert.equal((await rows.allInnerTexts())[0], 'Add --no-cache-dir');
    assert.ok((await workbench.squiggles().count()) > 0);
    await workbench.assertNoToasts();
  });

  it('holds the page of each rule', async function () {
    this.timeout(60_000);
    const rows = workbench.page.locator('.action-widget .monaco-list-row');
    await rows.filter({ hasText: 'Open the page of pip-cache-left' }).click();

    await workbench.page.locator('.tab.active', { hasText: 'pip-cache-left' }).waitFor();
    await workbench.assertNoToasts();
  });
});

/** Packages a copy of the sources, so that the bundles that other tests use stay as they are. */
async function makePackage(folder: string): Promise<string> {
  const left = new Set(['.git', '.cache', 'dist', 'node_modules']);
  const copy = join(folder, 'sources');
  await cp(root, copy, {
    recursive: true,
    filter: path => !left.has(relative(root, path).split(/[\\/]/)[0] ?? ''),
  });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  const vsix = join(folder, 'plimsoll.vsix');
  await output(process.execPath, [join(copy, 'scripts/package.mjs'), '--out', vsix]);
  return vsix;
}
