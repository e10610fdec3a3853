import * as vscode from 'vscode';
import type { Client, OfferedAction } from '../language-client';

const REWRITE = vscode.CodeActionKind.RefactorRewrite.append('plimsoll');

/** Makes a conversion in the workspace as the lightbulb would, its preview first where it is not safe. */
export async function applyConversion(client: Client, uri: vscode.Uri, title: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await client.start();
  const offered = await client.actionsIn(document, REWRITE);
  const fitting = offered.filter(action => action.title.startsWith(title));
  if (fitting.length === 0) {
    void vscode.window.showInformationMessage(`“${title}” is no longer offered there.`);
    return;
  }
  const edit = await (await chooseFrom(fitting))?.edit();
  if (edit) await vscode.workspace.applyEdit(edit, { isRefactoring: true });
}

/** One is taken; of several, one for each service, a person chooses. */
async function chooseFrom(actions: readonly OfferedAction[]): Promise<OfferedAction | undefined> {
  if (actions.length <= 1) return actions[0];
  const picked = await vscode.window.showQuickPick(actions.map(action => ({ label: action.title, action })));
  return picked?.action;
}
