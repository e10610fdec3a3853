// The page of a proof. It shows what the extension tells it and says what was clicked; it knows nothing more.
import type { FromProofPage, ToProofPage } from '../src/panel/proof-messages';
import { byId } from './dom';
import { drawProof } from './proof-page-view';

/** Given to the page by VS Code; it may be called once. */
declare function acquireVsCodeApi(): { postMessage(message: FromProofPage): void };

const vscode = acquireVsCodeApi();
const main = byId('proof');
const spoken = byId('spoken');

window.addEventListener('message', ({ data }: MessageEvent<ToProofPage>) => {
  main.replaceChildren(...drawProof(data.page, message => vscode.postMessage(message)));
  spoken.textContent = data.page.spoken;
});
vscode.postMessage({ kind: 'ready' });
