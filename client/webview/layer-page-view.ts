import type { FromPage, ImagePage, LayerPage, NoticePage } from '../src/panel/messages';
import { element } from './dom';
import { loadLine } from './icons';
import { LayerTree } from './layer-tree';

export interface Saved {
  readonly title: string;
  readonly unfolded: readonly string[];
}

interface Surroundings {
  readonly page: HTMLElement;
  /** The live region: what is written here is read aloud. */
  readonly spoken: HTMLElement;
  readonly saved: Saved | undefined;
  readonly save: (state: Saved) => void;
  readonly send: (message: FromPage) => void;
}

/** Draws the pages that the extension sends, each from the one before: what stays the same is not touched. */
export class LayerPageView {
  private readonly title = element('h2', 'title');
  private readonly facts = element('span', 'facts');
  private readonly dockerfile = element('button', 'link');
  private readonly whole = element('div', 'whole');
  private readonly head = element('header', 'head', this.title, this.facts, this.dockerfile, this.whole);
  private readonly progress = element('div', 'progress');
  private readonly tree: LayerTree;

  constructor(private readonly at: Surroundings) {
    this.tree = new LayerTree({
      unfolded: new Set(at.saved?.unfolded),
      onFold: unfolded => at.save({ title: this.title.textContent, unfolded }),
      onOpen: row => at.send({ kind: 'openLine', row }),
    });
    this.dockerfile.addEventListener('click', () => at.send({ kind: 'openDockerfile' }));
    this.whole.ariaHidden = 'true';
    this.title.textContent = at.saved?.title ?? '';
  }

  show(page: LayerPage): void {
    this.at.page.ariaBusy = String(page.kind === 'loading');
    switch (page.kind) {
      case 'notice':
        this.showNotice(page);
        break;
      case 'loading':
        this.showLoading();
        break;
      case 'image':
        this.showImage(page);
    }
  }

  private showNotice({ title, text }: NoticePage): void {
    this.at.page.replaceChildren(
      element('div', 'notice', loadLine(), element('h2', 'title', title), element('p', 'text', text)),
    );
    this.speak(`${title}. ${text}`);
  }

  /** What was shown stays, dimmed when it takes long, until the layers are there. */
  private showLoading(): void {
    if (!this.progress.isConnected) this.at.page.prepend(this.progress);
  }

  private showImage(page: ImagePage): void {
    if (this.title.textContent !== page.title) this.tree.foldAll();
    write(this.title, page.title);
    write(this.facts, page.facts);
    write(this.dockerfile, page.dockerfile ?? '');
    this.dockerfile.hidden = page.dockerfile === undefined;
    this.dockerfile.title = `Open ${page.dockerfile ?? ''}`;
    this.showWhole(page);
    this.tree.show(page.rows, `Layers of ${page.title}`);
    this.progress.remove();
    if (!this.head.isConnected) this.at.page.replaceChildren(this.head, this.tree.element);
    this.speak(page.spoken);
  }

  /** The image as one bar. The rows say the same in words. */
  private showWhole({ rows }: ImagePage): void {
    const parts = rows.filter(({ share }) => share > 0);
    while (this.whole.childElementCount > parts.length) this.whole.lastElementChild?.remove();
    parts.forEach(({ share, origin, tooltip }, index) => {
      const known = this.whole.children[index];
      const part = known instanceof HTMLElement ? known : this.whole.appendChild(element('span', 'part'));
      part.dataset.origin = origin;
      part.title = tooltip;
      part.style.flexGrow = String(share);
    });
  }

  private speak(text: string): void {
    write(this.at.spoken, text);
  }
}

/** Leaves a text alone that is there already: a screen reader would say it again. */
function write(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
