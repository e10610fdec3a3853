import * as vscode from 'vscode';
import { VIEWS } from '../ids';
import type { PanelModel } from './panel-model';
import { relativePath } from './paths';
import { changesOf, type TreeRow, treeRows, UNTAGGED } from './view-model';

/**
 * The tree of images. Its elements are the references of the rows: they stay the same when what a row says changes, so
 * that VS Code keeps the selection and draws again only what changed.
 */
export class ImageTree implements vscode.TreeDataProvider<string>, vscode.Disposable {
  private rows: readonly TreeRow[] = [];
  private byReference: ReadonlyMap<string, TreeRow> = new Map();
  private readonly changed = new vscode.EventEmitter<string[] | undefined>();
  private readonly view: vscode.TreeView<string>;
  private readonly disposables: vscode.Disposable[];

  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly panel: PanelModel) {
    this.view = vscode.window.createTreeView(VIEWS.images, { treeDataProvider: this });
    this.disposables = [
      this.view,
      this.changed,
      panel.watch(this.view),
      panel.onDidChange(() => this.update()),
      this.view.onDidChangeSelection(({ selection }) => this.choose(selection)),
    ];
    this.update();
  }

  getChildren(reference?: string): string[] {
    const row = reference === undefined ? undefined : this.byReference.get(reference);
    if (row) return row.kind === 'untagged' ? row.rows.map(child => child.reference) : [];
    return this.rows.map(child => child.reference);
  }

  getParent(reference: string): string | undefined {
    return this.rows.some(row => row.reference === reference) ? undefined : UNTAGGED;
  }

  getTreeItem(reference: string): vscode.TreeItem {
    const row = this.byReference.get(reference);
    if (!row) return new vscode.TreeItem(reference);
    const item = new vscode.TreeItem(row.label);
    item.id = reference;
    item.description = row.description;
    item.tooltip = row.tooltip;
    item.accessibilityInformation = { label: row.spoken };
    item.iconPath = iconOf(row);
    item.contextValue = row.kind;
    if (row.kind === 'untagged') item.collapsibleState = vscode.TreeItemCollapsibleState.Collapsed;
    return item;
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private update(): void {
    const before = this.rows;
    this.rows = treeRows(this.panel.state, Date.now(), relativePath);
    this.byReference = new Map(
      this.rows
        .flatMap(row => (row.kind === 'untagged' ? [row, ...row.rows] : [row]))
        .map(row => [row.reference, row]),
    );
    const { order, references } = changesOf(before, this.rows);
    if (order) this.changed.fire(undefined);
    else if (references.length > 0) this.changed.fire([...references]);
  }

  private choose([reference]: readonly string[]): void {
    if (reference !== undefined && reference !== UNTAGGED) this.panel.choose(reference);
  }
}

function iconOf(row: TreeRow): vscode.ThemeIcon {
  if (row.kind === 'untagged') return new vscode.ThemeIcon('archive');
  return row.ofWorkspace
    ? new vscode.ThemeIcon('package', new vscode.ThemeColor('charts.blue'))
    : new vscode.ThemeIcon('package');
}
