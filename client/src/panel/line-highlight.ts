import * as vscode from 'vscode';

/** Opens files at a line, and marks the line until the cursor moves. */
export class LineHighlight implements vscode.Disposable {
  private readonly decoration = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    borderColor: new vscode.ThemeColor('editor.rangeHighlightBorder'),
  });
  private marked: vscode.Position | undefined;
  private readonly moved = vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
    const [selection] = selections;
    if (this.marked && selection?.isEmpty && selection.active.isEqual(this.marked)) return;
    this.marked = undefined;
    textEditor.setDecorations(this.decoration, []);
  });

  /** @param line zero-based; the last line where the file has become shorter */
  async open(uri: vscode.Uri, line: number): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    const place = document.validatePosition(new vscode.Position(line, 0));
    this.marked = place;
    const selection = new vscode.Range(place, place);
    const editor = await vscode.window.showTextDocument(document, { selection });
    editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    editor.setDecorations(this.decoration, [document.lineAt(place).range]);
  }

  dispose(): void {
    this.moved.dispose();
    this.decoration.dispose();
  }
}
