import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type PageFrame, pageHtml } from './page-html';

/** Lets a webview show one of our pages, and nothing else: `dist/NAME.js` with `dist/NAME.css`. */
export function openPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  name: string,
  frame: PageFrame,
): void {
  const dist = vscode.Uri.joinPath(extensionUri, 'dist');
  const address = (file: string) => String(webview.asWebviewUri(vscode.Uri.joinPath(dist, file)));
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  webview.html = pageHtml(frame, {
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('hex'),
    script: address(`${name}.js`),
    style: address(`${name}.css`),
  });
}
