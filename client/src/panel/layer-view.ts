import * as vscode from 'vscode';
import { plainMessage } from '../../../server/src/core/text/plain-message';
import type { ImageLayers, ImageSummary } from '../../../server/src/protocol';
import { VIEWS } from '../ids';
import { imagePage, linesOf, nothingChosen, notice } from './layer-page';
import { LineHighlight } from './line-highlight';
import type { FromPage, LayerPage, ToPage } from './messages';
import { layerFrame } from './page-html';
import type { PanelModel } from './panel-model';
import { relativePath } from './paths';
import { visiblePage } from './visible-page';
import { openPage } from './webview-page';

const FOCUS = `${VIEWS.layers}.focus`;

/** The layers of the chosen image. A name is followed: when a new build takes it over, the new image's layers show. */
export class LayerView implements vscode.WebviewViewProvider, vscode.Disposable {
  private view: vscode.WebviewView | undefined;
  private page: LayerPage = nothingChosen;
  private shown: ImageLayers | undefined;
  /** The reference under which the page shows them. */
  private shownAs: string | undefined;
  /** What was asked for last: an answer to an earlier question comes too late. */
  private asked: ImageSummary | undefined;
  private readonly highlight = new LineHighlight();
  private readonly disposables: vscode.Disposable[];

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly panel: PanelModel,
  ) {
    this.disposables = [
      this.highlight,
      vscode.window.registerWebviewViewProvider(VIEWS.layers, this),
      panel.onDidChange(() => this.follow()),
      panel.onDidChoose(() => this.reveal()),
      vscode.workspace.onDidSaveTextDocument(document => this.readAgainAfter(document.uri)),
    ];
  }

  /** Focuses the view and shows the layers of an image, given by a name (`repository:tag`) or an id. */
  async show(image: unknown): Promise<void> {
    if (typeof image !== 'string') return;
    this.panel.choose(image);
    await vscode.commands.executeCommand(FOCUS);
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const listeners = vscode.Disposable.from(
      this.panel.watch(view),
      view.onDidChangeVisibility(() => this.follow()),
      view.webview.onDidReceiveMessage((message: FromPage) => this.receive(message)),
    );
    view.onDidDispose(() => {
      listeners.dispose();
      this.view = undefined;
    });
    this.view = view;
    openPage(view.webview, this.extensionUri, 'panel', layerFrame);
    this.follow();
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Shows what was chosen; the keyboard stays where it is. */
  private reveal(): void {
    if (this.view?.visible) this.follow();
    else void vscode.commands.executeCommand(FOCUS, { preserveFocus: true });
  }

  /** Brings the page in line with the engine's state and with what is chosen, while it is shown. */
  private follow(): void {
    if (!this.view?.visible) return;
    const { chosen, state } = this.panel;
    const image = chosen === undefined ? undefined : this.panel.image(chosen);
    if (chosen === undefined || !image) this.leave(notice(state, chosen));
    else if (JSON.stringify(image) === JSON.stringify(this.asked)) this.draw();
    else void this.read(image, chosen);
  }

  private async read(image: ImageSummary, reference: string): Promise<void> {
    this.asked = image;
    // While a new build of what is shown is read, its old layers stay: only the rows that differ change.
    if (this.shownAs !== reference) this.send({ kind: 'loading', title: reference });
    const layers = await this.panel.layers(image.id);
    if (this.asked !== image) return;
    if (!layers) return this.leave(notice(this.panel.state, reference));
    this.shown = layers;
    this.draw();
  }

  private draw(): void {
    if (!this.shown || this.panel.chosen === undefined) return;
    this.shownAs = this.panel.chosen;
    this.send(imagePage(this.shown, this.shownAs, Date.now(), relativePath));
  }

  private leave(page: LayerPage): void {
    this.asked = undefined;
    this.shown = undefined;
    this.shownAs = undefined;
    this.send(page);
  }

  private send(page: LayerPage): void {
    this.page = page;
    const message: ToPage = { kind: 'show', page: visiblePage(page) };
    void this.view?.webview.postMessage(message);
  }

  private receive(message: FromPage): void {
    switch (message.kind) {
      case 'ready':
        this.send(this.page);
        break;
      case 'openLine': {
        const place = this.shown && linesOf(this.shown).get(message.row);
        if (place) void this.open(place.uri, place.line);
        break;
      }
      case 'openDockerfile':
        if (this.shown?.image.dockerfile) void this.open(this.shown.image.dockerfile, 0);
    }
  }

  private async open(uri: string, line: number): Promise<void> {
    try {
      await this.highlight.open(vscode.Uri.parse(uri), line);
    } catch {
      await vscode.window.showInformationMessage(
        plainMessage(`${relativePath(uri)} can no longer be opened.`),
      );
    }
  }

  /** The lines of the rows have moved when their Dockerfile is saved. */
  private readAgainAfter(saved: vscode.Uri): void {
    const isTheirs = this.shown?.image.dockerfile === saved.toString();
    if (!isTheirs || this.panel.chosen === undefined) return;
    this.asked = undefined;
    this.follow();
  }
}
