import type { PageRow } from '../src/panel/messages';
import { element } from './dom';
import { drawRow, type VisibleRow } from './layer-row';

interface Options {
  /** The ids of the rows that are unfolded. */
  readonly unfolded: Set<string>;
  readonly onFold: (unfolded: readonly string[]) => void;
  readonly onOpen: (id: string) => void;
}

/** The rows as a tree that the keyboard walks as VS Code's own trees: one tab stop, arrows, Home, End, Enter. */
export class LayerTree {
  readonly element = element('div', 'rows');
  private rows: readonly PageRow[] = [];
  private visible: readonly VisibleRow[] = [];
  private readonly drawn = new Map<string, { readonly element: HTMLElement; readonly signature: string }>();
  private active: string | undefined;

  constructor(private readonly options: Options) {
    this.element.role = 'tree';
    this.element.addEventListener('click', event => this.onClick(event));
    this.element.addEventListener('keydown', event => this.onKey(event));
    this.element.addEventListener('focusin', event => this.activate(idOf(event.target)));
  }

  show(rows: readonly PageRow[], label: string): void {
    this.rows = rows;
    this.element.ariaLabel = label;
    this.draw();
  }

  foldAll(): void {
    this.options.unfolded.clear();
  }

  private draw(): void {
    this.visible = flatten(this.rows, this.options.unfolded);
    const hadFocus = this.element.contains(document.activeElement);
    const before = this.active;
    const ids = new Set(this.visible.map(({ row }) => row.id));
    for (const [id, { element: gone }] of this.drawn) {
      if (ids.has(id)) continue;
      gone.remove();
      this.drawn.delete(id);
    }
    this.visible.forEach((row, index) => {
      this.place(row, index);
    });
    this.activate(before !== undefined && ids.has(before) ? before : this.visible[0]?.row.id);
    if (hadFocus && !this.element.contains(document.activeElement)) this.focus(this.active);
  }

  /** Draws a row unless it is already there as it should be. */
  private place(visible: VisibleRow, index: number): void {
    const { id } = visible.row;
    const signature = JSON.stringify(visible);
    const known = this.drawn.get(id);
    const target = known?.element ?? element('div', 'row');
    if (known?.signature !== signature) {
      drawRow(target, visible);
      this.drawn.set(id, { element: target, signature });
    }
    const there = this.element.children[index];
    if (there !== target) this.element.insertBefore(target, there ?? null);
  }

  /** Makes a row the one that the Tab key reaches. */
  private activate(id: string | undefined): void {
    if (id === undefined) return;
    this.active = id;
    for (const [drawnId, { element: row }] of this.drawn) row.tabIndex = drawnId === id ? 0 : -1;
  }

  private focus(id: string | undefined): void {
    if (id !== undefined) this.drawn.get(id)?.element.focus();
  }

  private onClick(event: MouseEvent): void {
    const clicked = this.find(idOf(event.target));
    if (clicked) this.act(clicked);
  }

  private onKey(event: KeyboardEvent): void {
    const focused = this.find(idOf(event.target));
    if (!focused || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!this.press(event.key, focused)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** True where the key means something here. */
  private press(key: string, focused: VisibleRow): boolean {
    const index = this.visible.indexOf(focused);
    switch (key) {
      case 'ArrowDown':
        this.focus(this.visible[index + 1]?.row.id);
        return true;
      case 'ArrowUp':
        this.focus(this.visible[index - 1]?.row.id);
        return true;
      case 'Home':
        this.focus(this.visible[0]?.row.id);
        return true;
      case 'End':
        this.focus(this.visible.at(-1)?.row.id);
        return true;
      case 'ArrowRight':
        if (focused.unfolded === false) this.toggle(focused);
        else if (focused.unfolded) this.focus(this.visible[index + 1]?.row.id);
        return true;
      case 'ArrowLeft':
        if (focused.unfolded) this.toggle(focused);
        else this.focus(focused.parent);
        return true;
      case 'Enter':
      case ' ':
        this.act(focused);
        return true;
      default:
        return false;
    }
  }

  private act(visible: VisibleRow): void {
    if (visible.unfolded !== undefined) this.toggle(visible);
    else if (visible.row.line !== undefined) this.options.onOpen(visible.row.id);
  }

  private toggle({ row, unfolded }: VisibleRow): void {
    if (unfolded) this.options.unfolded.delete(row.id);
    else this.options.unfolded.add(row.id);
    this.draw();
    this.options.onFold([...this.options.unfolded]);
  }

  private find(id: string | undefined): VisibleRow | undefined {
    return this.visible.find(({ row }) => row.id === id);
  }
}

function flatten(
  rows: readonly PageRow[],
  unfolded: ReadonlySet<string>,
  level = 1,
  parent?: string,
): VisibleRow[] {
  return rows.flatMap((row, index) => {
    const isUnfolded = row.folded ? unfolded.has(row.id) : undefined;
    const place = { level, position: index + 1, siblings: rows.length, parent, unfolded: isUnfolded };
    const inside = row.folded && isUnfolded ? flatten(row.folded, unfolded, level + 1, row.id) : [];
    return [{ row, ...place }, ...inside];
  });
}

function idOf(target: EventTarget | null): string | undefined {
  const row = target instanceof Element ? target.closest('.row') : null;
  return row instanceof HTMLElement ? row.dataset.id : undefined;
}
