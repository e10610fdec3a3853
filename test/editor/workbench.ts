import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, watch, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { root } from '../../scripts/machine/folders';
import { type BrowserEditor, type EditorOptions, openEditor } from '../support/vscode-browser';

export interface WorkbenchOptions extends Pick<EditorOptions, 'environment' | 'keybindings' | 'workspaces'> {
  /** What is opened, below `examples/`; all case studies where nothing is said. */
  readonly study?: string;
  /** A `.vsix` to install; left out, the extension of this repository runs. */
  readonly vsix?: string;
}

/** An editor that is easy to read on a picture. */
const settings = {
  'editor.fontSize': 14,
  'editor.minimap.enabled': false,
  'editor.lineHeight': 22,
  'editor.occurrencesHighlight': 'off',
  'editor.renderLineHighlight': 'none',
  'editor.scrollbar.vertical': 'hidden',
  'editor.stickyScroll.enabled': false,
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'window.commandCenter': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.layoutControl.enabled': false,
};

/** VS Code in a browser on a copy of a case study, as a person uses it: with the mouse, the keyboard and the eyes. */
export class Workbench {
  private readonly toasts: string[] = [];

  private constructor(
    private readonly editor: BrowserEditor,
    /** The folder that is open: absolute. */
    readonly folder: string,
  ) {}

  static async open({ study, vsix, ...options }: WorkbenchOptions): Promise<Workbench> {
    // The folder is called as the case study: names of images and of the window come from it.
    const parent = await mkdtemp(join(tmpdir(), 'plimsoll-editor-workspace-'));
    const folder = join(parent, study ?? 'examples');
    try {
      await cp(join(root, 'examples', study ?? ''), folder, { recursive: true });
      const extension = vsix ? { vsix } : { extension: root };
      const window = { width: 1280, height: 800 };
      const editor = await openEditor({ workspace: folder, settings, window, ...extension, ...options });
      const workbench = new Workbench(editor, folder);
      await workbench.noteToasts();
      return workbench;
    } catch (error) {
      await rm(parent, { recursive: true, force: true });
      throw error;
    }
  }

  get page(): Page {
    return this.editor.page;
  }

  /** The page of the layer view, inside the two frames that VS Code puts around it. */
  get layers(): FrameLocator {
    return this.page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
  }

  /** The page of the proof that is in sight, inside its two frames. */
  get proof(): FrameLocator {
    return this.layers;
  }

  /** Asks for a proof of the file in front by the button in its title, and answers what can be proven. */
  async openProofs(): Promise<Locator> {
    await this.page.locator('.editor-actions a[aria-label^="Prove This Conversion"]').click();
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'All fixes' }).waitFor();
    return rows;
  }

  /** Resolves when the cursor is in a line of the file, counted from 1. */
  async untilAtLine(line: number): Promise<void> {
    await this.page.locator('.active-line-number', { hasText: new RegExp(`^${line}$`) }).waitFor();
  }

  async close(): Promise<void> {
    await this.editor.close();
    await rm(join(this.folder, '..'), { recursive: true, force: true });
  }

  /** Opens a file by its name; `place` as a person types it: `:12` or `:12:10`. */
  async openFile(path: string, place = ''): Promise<void> {
    const name = path.split('/').at(-1) ?? path;
    const folder = path.slice(0, -name.length - 1);
    await this.page.keyboard.press('Control+P');
    const input = this.page.locator('.quick-input-widget input');
    await input.fill(`${path}${place}`);
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    // Files of the same name in other folders that were opened before are listed at once.
    await rows
      .and(this.page.locator('[data-index="0"]'))
      .filter({ hasText: name })
      .filter({ hasText: folder })
      .waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.tab.active').filter({ hasText: name }).waitFor();
    await input.waitFor({ state: 'hidden' });
  }

  /** Adds a file to the workspace, as another program would. */
  async addFile(path: string, text: string): Promise<void> {
    const file = join(this.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  /** Texts of files on the disk, by their paths. */
  async textsOnDisk(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map(await Promise.all(paths.map(async path => [path, await this.textOnDisk(path)] as const)));
  }

  /** The names of the files in the preview of a change, as soon as it is open. */
  async preview(): Promise<readonly string[]> {
    const panel = this.page.locator('.bulk-edit-panel');
    await panel.locator('.monaco-button', { hasText: /^Apply$/ }).waitFor();
    const files = panel.locator('.monaco-list-row .monaco-icon-label');
    await files.first().waitFor();
    return (await files.allInnerTexts()).map(text => text.split('\n')[0] ?? '');
  }

  async applyPreview(): Promise<void> {
    const apply = this.page.locator('.bulk-edit-panel .monaco-button', { hasText: /^Apply$/ });
    await apply.click();
    await apply.waitFor({ state: 'detached' });
  }

  /** Undoes once in the editor of a file, in all files that were changed with it. */
  async undo(path: string): Promise<void> {
    await this.openFile(path);
    await this.page.keyboard.press('Control+Z');
  }

  textOnDisk(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8');
  }

  /** The names of what lies in a folder on the disk, in alphabetical order. */
  async filesIn(folder: string): Promise<readonly string[]> {
    return (await readdir(join(this.folder, folder))).sort();
  }

  /** Resolves when the text of a file on the disk is as wanted; the file may appear later. Its folder has to be there. */
  untilFile(path: string, isWanted: (text: string) => boolean): Promise<void> {
    return this.untilOnDisk(path, text => text !== undefined && isWanted(text));
  }

  /** Resolves when there is no such file any more. */
  untilGone(path: string): Promise<void> {
    return this.untilOnDisk(path, text => text === undefined);
  }

  private async untilOnDisk(path: string, isWanted: (text: string | undefined) => boolean): Promise<void> {
    const isSo = async () => isWanted(await this.textOnDisk(path).catch(() => undefined));
    const ended = new AbortController();
    const late = setTimeout(
      () => ended.abort(new Error(`${path} did not become what is waited for`)),
      20_000,
    );
    const changes = watch(dirname(join(this.folder, path)), { signal: ended.signal })[Symbol.asyncIterator]();
    try {
      // The watch begins with the first wait: a look before that could miss a change.
      let change = changes.next();
      while (!(await isSo())) {
        await change;
        change = changes.next();
      }
      change.catch(() => undefined);
    } finally {
      clearTimeout(late);
      ended.abort();
    }
  }

  /** Squiggles that are in sight. */
  squiggles(): Locator {
    return this.page.locator('.squiggly-error, .squiggly-warning, .squiggly-info');
  }

  /** Applies the preferred fix where the cursor is, as soon as there is one, until nothing is reported any more. */
  async applyPreferredFix(): Promise<void> {
    const gone = () => this.squiggles().first().waitFor({ state: 'detached', timeout: 3000 });
    // Before the findings are there, VS Code says that it has nothing to fix: then a person asks again.
    for (let attempt = 0; attempt < 10; attempt++) {
      await this.page.keyboard.press('Shift+Alt+.');
      const isGone = await gone().then(
        () => true,
        () => false,
      );
      if (isGone) return;
    }
    throw new Error('The preferred fix was not applied');
  }

  /** Opens the lightbulb's menu where the cursor is, as soon as there is one, and answers its rows. */
  async openLightbulb(): Promise<Locator> {
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    // Before the findings are there, VS Code says that it has nothing to offer: then a person asks again.
    for (let attempt = 0; attempt < 15; attempt++) {
      await this.page.keyboard.press('Control+.');
      const opened = rows.first().waitFor({ timeout: 2000 });
      if (
        await opened.then(
          () => true,
          () => false,
        )
      )
        return rows;
    }
    throw new Error('There is no lightbulb here');
  }

  /** Shows Plimsoll's view in the side bar. */
  async openPanel(): Promise<void> {
    await this.page.locator('.activitybar a.action-label[aria-label^="Plimsoll"]').click();
  }

  /** The row of an image by its name. */
  image(name: string): Locator {
    return this.page.locator(`.pane .monaco-list-row[aria-label^="${name},"]`);
  }

  /** What the editor holds, line by line, as far as it is in sight. */
  async visibleText(): Promise<string> {
    const lines = await this.page.locator('.editor-instance .view-lines').first().innerText();
    return lines.replaceAll('\u00a0', ' ');
  }

  /** The text of the first message behind the bell that fits, as soon as there is one. */
  async message(fits: RegExp): Promise<string> {
    await this.page.locator('#status\\.notifications').click();
    const item = this.page.locator('.notification-list-item', { hasText: fits });
    await item.first().waitFor();
    return item.first().innerText();
  }

  /**
   * Nothing may push itself in front of the person at work: no message has come up since the start. The driver that the
   * tests' VS Code runs with keeps most messages behind the bell, which then counts them.
   */
  async assertNoToasts(): Promise<void> {
    assert.deepEqual(this.toasts, []);
    const bell = this.page.locator('#status\\.notifications a');
    assert.match((await bell.getAttribute('aria-label')) ?? '', /^(No (New )?)?Notifications$/);
  }

  /** Keeps every message that comes up, also one that goes again by itself. */
  private async noteToasts(): Promise<void> {
    await this.page.exposeFunction('plimsollToast', (text: string) => this.toasts.push(text));
    await this.page.evaluate(tellOfToasts);
  }
}

/** Runs in the page, and so is a text: the types of the browser are not those of the tests. */
const tellOfToasts = `
  new MutationObserver(() => {
    for (const toast of document.querySelectorAll('.notification-toast:not([data-noted])')) {
      toast.setAttribute('data-noted', '');
      window.plimsollToast(toast.textContent);
    }
  }).observe(document.body, { childList: true, subtree: true });
`;
