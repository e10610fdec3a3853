import * as vscode from 'vscode';

/** A file's URI as people write its path in this workspace. */
export function relativePath(uri: string): string {
  return vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
}
