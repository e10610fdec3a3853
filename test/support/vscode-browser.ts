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
export function openEditor(options: EditorOptions): Promise<BrowserEditor> {
  return open(options, {});
}

async function open(
  options: EditorOptions,
  payload: Readonly<Record<string, string>>,
): Promise<BrowserEditor> {
  const server = await startEditorServer(await installTools(), options);
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close();
    await server.stop();
  };
  try {
    browser = await startChromium();
    const page = await browser.newPage({ viewport: options.window ?? { width: 1280, height: 800 } });
    await page.goto(address(server, options, payload));
    await page.waitForSelector('.monaco-workbench');
    return { page, server, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function address(
  server: EditorServer,
  options: EditorOptions,
  paths: Readonly<Record<string, string>>,
): string {
  const all = options.extension ? { extensionDevelopmentPath: options.extension, ...paths } : paths;
  const payload = Object.entries(all).map(([name, path]) => [name, remotePath(server, path)]);
  return editorAddress(server, options.workspace, Object.fromEntries(payload));
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
 * Resolves when the suite has ended, failed tests or not; rejects when it did not get to its end.
 */
export async function runSuiteInBrowser(
  options: SuiteOptions,
  onResult: (result: TestResult) => void,
): Promise<void> {
  if (!existsSync(options.results)) writeFileSync(options.results, '');
  const environment = { ...options.environment, [resultsVariable]: options.results };
  const editor = await open({ ...options, environment }, { extensionTestsPath: options.suite });
  const timer = new AbortController();
  try {
    await Promise.race([
      followResults(options.results, onResult, timer.signal),
      failure(editor, options.timeout, timer.signal),
    ]);
  } finally {
    timer.abort();
    await editor.close();
  }
}

/** Resolves with the suite's last line. Lines that the file held before belong to earlier suites. */
function followResults(
  file: string,
  onResult: (result: TestResult) => void,
  signal: AbortSignal,
): Promise<void> {
  let read = readFileSync(file, 'utf8').length;
  return new Promise(resolve => {
    const readOn = () => {
      const text = readFileSync(file, 'utf8');
      const complete = text.slice(read, text.lastIndexOf('\n') + 1);
      read += complete.length;
      for (const line of complete.split('\n').filter(Boolean)) {
        const result: TestResult = JSON.parse(line);
        if (result.event === 'end') resolve();
        else onResult(result);
      }
    };
    watch(file, { signal }, readOn);
    readOn();
  });
}

/** Rejects when the suite can no longer end, or does not in time; never resolves. */
function failure({ page, server }: BrowserEditor, timeout: number, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`${reason}\n${server.log()}`));
    page.once('crash', () => fail('The page of VS Code crashed'));
    server.ended.then(() => fail("VS Code's server ended before the suite"));
    const timer = setTimeout(() => fail(`The suite did not end within ${timeout / 1000} s`), timeout);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}
