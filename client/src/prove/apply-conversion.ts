import * as vscode from 'vscode';

const REWRITE = vscode.CodeActionKind.RefactorRewrite.append('plimsoll');

/** Edits are asked for with the actions: more of one conversion than this is not offered by one file. */
const MOST_ACTIONS = 50;

/** Makes a conversion in the workspace as the lightbulb would, its preview first where it is not safe. */
export async function applyConversion(uri: vscode.Uri, title: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const end = document.lineAt(document.lineCount - 1).range.end;
  const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uri,
    new vscode.Range(new vscode.Position(0, 0), end),
    REWRITE.value,
    MOST_ACTIONS,
  );
  const offered = all.filter(action => action.title.startsWith(title));
  if (offered.length === 0) {
    void vscode.window.showInformationMessage(`“${title}” is not offered there any more.`);
    return;
  }
  const edit = (await chooseFrom(offered))?.edit;
  if (edit) await vscode.workspace.applyEdit(edit, { isRefactoring: true });
}

/** One is taken; of several, one for each service, a person chooses. */
async function chooseFrom(actions: readonly vscode.CodeAction[]): Promise<vscode.CodeAction | undefined> {
  if (actions.length <= 1) return actions[0];
  const picked = await vscode.window.showQuickPick(actions.map(action => ({ label: action.title, action })));
  return picked?.action;
}
