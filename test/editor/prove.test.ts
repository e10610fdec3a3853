import assert from 'node:assert/strict';
import { docker, requireEngine } from '../support/engine';
import { loadBaseImages } from '../support/stand-ins';
import { Workbench } from './workbench';

const SERVER =
  'import http.server\nhttp.server.test(HandlerClass=http.server.SimpleHTTPRequestHandler, port=8000)\n';

const DOCKERFILE = `FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN head -c 2000000 /dev/zero > /var/lib/apt/lists/left && apt-get clean
EXPOSE 8000
CMD ["python", "main.py"]
`;

/** What proofs of the tiny project have made and not removed. */
async function leftovers(): Promise<readonly string[]> {
  const images = await docker(
    'images',
    '--all',
    '--format',
    '{{.Repository}}',
    '--filter',
    'label=plimsoll.prove',
  );
  const containers = await docker(
    'ps',
    '--all',
    '--format',
    '{{.Image}}',
    '--filter',
    'label=plimsoll.prove',
  );
  return [...images.split('\n'), ...containers.split('\n')].filter(name =>
    name.startsWith('plimsoll-prove/tiny-'),
  );
}

describe('A proof in the editor', () => {
  let workbench: Workbench;

  before(async function () {
    await requireEngine.call(this);
    this.timeout(180_000);
    await loadBaseImages();
    workbench = await Workbench.open({ study: 'calidda' });
    await workbench.addFile('tiny/main.py', SERVER);
    await workbench.addFile('tiny/logs/old.log', 'x'.repeat(9000));
    await workbench.addFile('tiny/tiny.Dockerfile', DOCKERFILE);
    await workbench.openFile('tiny/tiny.Dockerfile');
  });
  after(() => workbench?.close());

  it('is offered in the title of a Dockerfile, with the conversions that are offered there', async function () {
    this.timeout(60_000);
    const rows = await workbench.openProofs();

    const texts = await rows.allInnerTexts();
    await workbench.page.keyboard.press('Escape');
    const labels = texts.map(text => text.replaceAll('\u00a0', ' '));
    assert.ok(
      labels.some(label => label.startsWith('Add a .dockerignore')),
      labels.join('\n'),
    );
    assert.ok(labels.at(-1)?.startsWith('All fixes'), labels.join('\n'));
  });

  it('is cancelled by a click, and removes what it made', async function () {
    this.timeout(120_000);
    await pick('All fixes');
    // The tests' VS Code keeps messages behind the bell.
    await workbench.page.locator('#status\\.notifications').click();
    const progress = workbench.page.locator('.notification-list-item', { hasText: 'Proving “All fixes”' });
    await progress.filter({ hasText: 'building without a cache' }).waitFor({ timeout: 30_000 });

    await progress.getByRole('button', { name: 'Cancel' }).click();

    await progress.waitFor({ state: 'detached' });
    // VS Code takes what is cancelled out of sight at once; each look at the engine takes a moment.
    const patience = AbortSignal.timeout(60_000);
    while ((await leftovers()).length > 0) patience.throwIfAborted();
    assert.equal(await workbench.page.locator('.tab', { hasText: 'Proof' }).count(), 0);
  });

  it('builds and starts both states, shows them beside the file, and leaves nothing behind', async function () {
    this.timeout(120_000);
    await pick('All fixes');

    const table = workbench.proof.getByRole('table', { name: 'tiny.Dockerfile, before and after' });
    await table.waitFor({ timeout: 90_000 });

    const context = table.getByRole('row', { name: /^Build context/ });
    assert.match((await context.getByRole('cell').allInnerTexts())[2] ?? '', /smaller$/);
    const start = table.getByRole('row', { name: /^Start until ready/ });
    assert.match((await start.getByRole('cell').first().innerText()) ?? '', /^\d+(\.\d)? s$/);
    assert.deepEqual(await leftovers(), []);
    assert.equal(await workbench.textOnDisk('tiny/tiny.Dockerfile'), DOCKERFILE);
  });

  it('makes the change in the workspace by its button, once the preview is approved', async function () {
    this.timeout(180_000);
    await workbench.openFile('tiny/tiny.Dockerfile');
    await pick('Add a .dockerignore');
    const button = workbench.proof.getByRole('button', { name: 'Apply to the workspace…' });
    await button.waitFor({ timeout: 120_000 });
    assert.deepEqual(await workbench.filesIn('tiny'), ['logs', 'main.py', 'tiny.Dockerfile']);

    await button.click();

    assert.ok((await workbench.preview()).length > 0);
    assert.deepEqual(await workbench.filesIn('tiny'), ['logs', 'main.py', 'tiny.Dockerfile']);
    await workbench.applyPreview();
    await workbench.untilFile('tiny/.dockerignore', text => text.includes('# logs and data'));
    assert.equal(await workbench.textOnDisk('tiny/tiny.Dockerfile'), DOCKERFILE);
  });

  async function pick(label: string): Promise<void> {
    const rows = await workbench.openProofs();
    await rows.filter({ hasText: label }).first().click();
  }
});

describe('A proof that cannot be', () => {
  let workbench: Workbench;

  afterEach(() => workbench?.close());

  it('says in a sentence that no engine answers', async function () {
    this.timeout(180_000);
    workbench = await Workbench.open({
      study: 'knowligo',
      environment: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    });
    await workbench.openFile('Dockerfile');
    const rows = await workbench.openProofs();

    await rows.filter({ hasText: 'with wheels' }).click();

    const message = await workbench.message(/no container engine answers|no docker command|none called/);
    assert.match(message, /start Docker|install Docker/);
  });

  it('is not offered in a workspace that is not trusted', async function () {
    this.timeout(180_000);
    workbench = await Workbench.open({ study: 'knowligo', workspaces: 'untrusted' });
    await workbench.openFile('Dockerfile');

    const button = workbench.page.locator('.editor-actions a[aria-label^="Prove This Conversion"]');
    await button.waitFor();

    assert.equal(await button.getAttribute('aria-disabled'), 'true');
  });

  it('is refused in such a workspace however the command is called, before anything is asked or built', async function () {
    this.timeout(180_000);
    // VS Code disables the command's menus there; a shortcut of the user calls it all the same.
    workbench = await Workbench.open({
      study: 'knowligo',
      workspaces: 'untrusted',
      keybindings: [{ key: 'f8', command: 'plimsoll.prove' }],
    });
    await workbench.openFile('Dockerfile');
    // Before the extension is there, nobody knows the command.
    await workbench.squiggles().first().waitFor();

    // Squiggles may come before the editor has the focus, and the key with it.
    const unread = workbench.page.locator('#status\\.notifications .codicon-bell-dot');
    for (let attempts = 0; attempts < 5 && (await unread.count()) === 0; attempts++) {
      await workbench.page.locator('.view-lines').first().click();
      await workbench.page.keyboard.press('F8');
      await unread.waitFor({ timeout: 5000 }).catch(() => undefined);
    }

    const message = await workbench.message(/you have to trust it first/);
    assert.match(message, /Manage Workspace Trust/);
    assert.equal(await workbench.page.locator('.quick-input-widget').isVisible(), false);
    assert.equal(await workbench.page.locator('.notification-list-item', { hasText: 'Proving' }).count(), 0);
  });
});
