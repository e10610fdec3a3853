import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { FromPage, LayerPage, ToPage } from '../../client/src/panel/messages';
import { layerFrame, pageHtml, proofFrame } from '../../client/src/panel/page-html';
import type { FromProofPage, ProofPage, ToProofPage } from '../../client/src/panel/proof-messages';
import { type Theme, type ThemeName, themes } from './themes';

const origin = 'http://panel.test';
const dist = join(__dirname, '../../dist');

/** The pages that there are, by the names of their bundles. */
const frames = { panel: layerFrame, proof: proofFrame };

export type Bundle = keyof typeof frames;
type Sent = FromPage | FromProofPage;

/** What the browser's edge keeps for the tests, in the place of VS Code. */
interface Edge {
  readonly sent: Sent[];
  readonly violations: string[];
  state: unknown;
}

declare global {
  interface Window {
    edge: Edge;
  }
}

/** A bundled page in a browser, with its real policy; only what VS Code itself gives is ours. */
export class PanelInBrowser {
  private constructor(readonly page: Page) {}

  /** @param width of the side bar or the editor, in CSS pixels */
  static async open(
    browser: Browser,
    width = 300,
    theme: ThemeName = 'dark',
    bundle: Bundle = 'panel',
  ): Promise<PanelInBrowser> {
    const page = await browser.newPage({ viewport: { width, height: 460 }, deviceScaleFactor: 2 });
    await page.route('**/*', async route => {
      const { pathname } = new URL(route.request().url());
      await route.fulfill(
        pathname === '/' ? { contentType: 'text/html', body: html(bundle) } : asset(pathname),
      );
    });
    // The compiler that runs the tests wraps functions in calls of this one, also those that are sent to the page.
    await page.addInitScript({ content: 'globalThis.__name = value => value;' });
    await page.addInitScript(becomeVsCode, themes[theme]);
    await page.goto(`${origin}/`);
    await page.waitForFunction(() => window.edge.sent.some(({ kind }) => kind === 'ready'));
    return new PanelInBrowser(page);
  }

  async show(page: LayerPage | ProofPage): Promise<void> {
    const message: { readonly kind: (ToPage | ToProofPage)['kind']; readonly page: LayerPage | ProofPage } = {
      kind: 'show',
      page,
    };
    await this.page.evaluate(data => {
      window.dispatchEvent(new MessageEvent('message', { data }));
    }, message);
  }

  /** What the page sent after it was ready. */
  async sent(): Promise<Sent[]> {
    const messages = await this.page.evaluate(() => window.edge.sent);
    return messages.filter(({ kind }) => kind !== 'ready');
  }

  violations(): Promise<string[]> {
    return this.page.evaluate(() => window.edge.violations);
  }

  /** Loads the page again as VS Code does when it is shown after it was hidden. */
  async reload(): Promise<void> {
    const state = await this.page.evaluate(() => window.edge.state);
    await this.page.addInitScript(kept => {
      window.edge.state = kept;
    }, state);
    await this.page.reload();
    await this.page.waitForFunction(() => window.edge.sent.some(({ kind }) => kind === 'ready'));
  }

  close(): Promise<void> {
    return this.page.close();
  }
}

function html(bundle: Bundle): string {
  return pageHtml(frames[bundle], {
    cspSource: origin,
    nonce: 'c0ffee',
    script: `${origin}/${bundle}.js`,
    style: `${origin}/${bundle}.css`,
  });
}

function asset(pathname: string): { status?: number; contentType?: string; body?: Buffer } {
  const file = join(dist, pathname);
  if (pathname === '/favicon.ico' || pathname.endsWith('.map')) return { status: 404 };
  if (!existsSync(file)) throw new Error(`dist${pathname} is missing: run \`npm run build\` first`);
  const contentType = pathname.endsWith('.css') ? 'text/css' : 'text/javascript';
  return { contentType, body: readFileSync(file) };
}

/** Runs in the page before its own script: what VS Code does for a webview. */
function becomeVsCode({ classes, variables }: Theme): void {
  const edge: Edge = { sent: [], violations: [], state: undefined };
  window.edge = edge;
  document.addEventListener('securitypolicyviolation', event => {
    edge.violations.push(`${event.violatedDirective}: ${event.blockedURI}`);
  });
  document.addEventListener('DOMContentLoaded', () => {
    document.body.classList.add(...classes);
    const root = document.documentElement.style;
    for (const [name, value] of Object.entries(variables)) root.setProperty(`--vscode-${name}`, value);
    root.background = variables['sideBar-background'] ?? '';
  });
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: (message: Sent) => edge.sent.push(message),
      getState: () => edge.state,
      setState: (state: unknown) => {
        edge.state = state;
      },
    }),
  });
}
