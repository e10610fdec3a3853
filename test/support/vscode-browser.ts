import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import {
  type EditorServer,
  type EditorServerOptions,
  editorAddress,
  remotePath,
  startEditorServer,
} from '../../scripts/machine/editor-server';
import { installTools } from '../../scripts/machine/tools';
import { chromiumPath, startChromium } from './chromium';
import { resultsVariable, type TestResult } from './reporter';

export interface EditorOptions extends EditorServerOptions {
  /** The folder to open: absolute. Tests write into it, so give them a copy. */
  readonly workspace: string;
  /** The folder of the extension under development: absolute. Leave it out where a `.vsix` is installed. */
  readonly extension?: string;
  /** The size of the window in pixels. */
  readonly window?: { readonly width: number; readonly height: number };
}

export interface BrowserEditor {
  readonly page: Page;
  readonly server: EditorServer;
  /** Ends the browser and the server with all their processes. */
  close(): Promise<void>;
}

/** Why there can be no VS Code in the browser here: a sentence for a person; undefined when there can. */
export function missingForBrowserEditor(): string | undefined {
  return chromiumPath() ? undefined : 'there is no Chromium: install it, or name a browser in CHROME_PATH';
}

/** Opens VS Code in a browser without a window, and resolves when its workbench is drawn. */
export async function openEditor(options: EditorOptions): Promise<BrowserEditor> {
  const editor = await startEditor(options);
  try {
    await editor.page.goto(addressOf(editor.server, options, {}));
    await editor.page.waitForSelector('.monaco-workbench');
    return editor;
  } catch (error) {
    await editor.close();
    throw error;
  }
}

export interface SuiteOptions extends EditorOptions {
  /** The bundled suite: a CommonJS file that exports `run()`; absolute. */
  readonly suite: string;
  /** The file that the suite's reporter appends to; absolute. */
  readonly results: string;
  /** How long the whole suite may take, in milliseconds. */
  readonly timeout: number;
}

/**
 * Runs a suite in the extension host of a VS Code in the browser, and calls `onResult` for each test as it ends.
 * Resolves when the suite has ended, failed tests or not; rejects with VS Code's errors when it did not get to its end.
 */
export async function runSuiteInBrowser(
  options: SuiteOptions,
  onResult: (result: TestResult) => void,
): Promise<void> {
  if (!existsSync(options.results)) writeFileSync(options.results, '');
  const results = followResults(options.results, onResult);
  const editor = await startEditor({
    ...options,
    environment: { ...options.environment, [resultsVariable]: options.results },
  });
  try {
    const errors = consoleErrors(editor.page);
    const end = suiteEnd(editor, options.timeout);
    await editor.page.exposeFunction('codeAutomationExit', end.onExit);
    await editor.page.goto(addressOf(editor.server, options, { extensionTestsPath: options.suite }));
    await end.came;
    if (results.readOn() === 'running') throw new Error(`The suite broke off\n${errors.join('\n')}`);
  } finally {
    results.close();
    await editor.close();
  }
}

async function startEditor(options: EditorOptions): Promise<BrowserEditor> {
  const server = await startEditorServer(await installTools(), options);
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close();
    await server.stop();
  };
  try {
    browser = await startChromium();
    const page = await browser.newPage({ viewport: options.window ?? { width: 1280, height: 800 } });
    return { page, server, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function addressOf(
  server: EditorServer,
  options: EditorOptions,
  paths: Readonly<Record<string, string>>,
): string {
  const all = options.extension ? { extensionDevelopmentPath: options.extension, ...paths } : paths;
  const payload = Object.entries(all).map(([name, path]) => [name, remotePath(server, path)]);
  return editorAddress(server, options.workspace, Object.fromEntries(payload));
}

/** What VS Code says went wrong: its page also repeats the errors of the extension host. */
function consoleErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return errors;
}

interface SuiteEnd {
  /** What VS Code's page calls by itself when its extension host has run the suite, or could not. */
  readonly onExit: () => void;
  /** Resolves with that call; rejects when it cannot come any more, or does not in time. */
  readonly came: Promise<void>;
}

function suiteEnd({ page, server }: BrowserEditor, timeout: number): SuiteEnd {
  let onExit = () => {};
  const came = new Promise<void>((resolve, reject) => {
    onExit = resolve;
    const fail = (reason: string) => reject(new Error(`${reason}\n${server.log()}`));
    const late = () => fail(`The suite did not end within ${timeout / 1000} s`);
    // The browser keeps the process alive for as long as there is something to wait for.
    setTimeout(late, timeout).unref();
    page.once('crash', () => fail('The page of VS Code crashed'));
    server.ended.then(() => fail("VS Code's server ended before the suite"));
  });
  // Closing the editor before its suite began also makes this fail, and then nobody waits for it.
  came.catch(() => {});
  return { onExit, came };
}

interface Followed {
  /** Hands on what was written since, and tells whether the suite's last line has come. */
  readOn(): 'running' | 'ended';
  close(): void;
}

/** Hands on each result as it is written. Lines that the file held before belong to earlier suites. */
function followResults(file: string, onResult: (result: TestResult) => void): Followed {
  let read = readFileSync(file, 'utf8').length;
  let state: 'running' | 'ended' = 'running';
  const readOn = () => {
    const text = readFileSync(file, 'utf8');
    const complete = text.slice(read, text.lastIndexOf('\n') + 1);
    read += complete.length;
    for (const line of complete.split('\n').filter(Boolean)) {
      const result: TestResult = JSON.parse(line);
      if (result.event === 'end') state = 'ended';
      else onResult(result);
    }
    return state;
  };
  const watcher = watch(file, readOn);
  return { readOn, close: () => watcher.close() };
}
