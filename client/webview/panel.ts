// The page of the layer view. It shows what the extension tells it and says what was clicked; it knows nothing more.
import type { FromPage, ToPage } from '../src/panel/messages';
import { byId } from './dom';
import { LayerPageView } from './layer-page-view';

/** What the page remembers while it is hidden: VS Code throws a hidden page away. */
interface Saved {
  readonly title: string;
  readonly unfolded: readonly string[];
}

/** Given to the page by VS Code; it may be called once. */
declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): Saved | undefined;
  setState(state: Saved): void;
};

const vscode = acquireVsCodeApi();
const view = new LayerPageView({
  page: byId('layers'),
  spoken: byId('spoken'),
  saved: vscode.getState(),
  save: state => vscode.setState(state),
  send: message => vscode.postMessage(message),
});

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => view.show(data.page));
vscode.postMessage({ kind: 'ready' });
