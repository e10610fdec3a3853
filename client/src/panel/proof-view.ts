import * as vscode from 'vscode';
import { WEBVIEWS } from '../ids';
import { proofFrame } from './page-html';
import type { FromProofPage, ProofPage, ToProofPage } from './proof-messages';
import { visiblePage } from './visible-page';
import { openPage } from './webview-page';

export interface ProofActions {
  readonly openFile: () => Thenable<unknown>;
  readonly apply: () => Thenable<unknown>;
}

/** Opens the page of a proof beside the editor; the keyboard stays where it is. */
export function showProof(extensionUri: vscode.Uri, page: ProofPage, actions: ProofActions): void {
  const panel = vscode.window.createWebviewPanel(WEBVIEWS.proof, `Proof: ${page.title}`, {
    viewColumn: vscode.ViewColumn.Beside,
    preserveFocus: true,
  });
  panel.webview.onDidReceiveMessage(({ kind }: FromProofPage) => {
    switch (kind) {
      // The page says so again whenever it comes back into sight: VS Code throws a hidden page away.
      case 'ready': {
        const message: ToProofPage = { kind: 'show', page: visiblePage(page) };
        void panel.webview.postMessage(message);
        break;
      }
      case 'openFile':
        void actions.openFile();
        break;
      case 'apply':
        void actions.apply();
    }
  });
  openPage(panel.webview, extensionUri, 'proof', proofFrame);
}
