import * as vscode from 'vscode';

/** The page of a rule, from the documentation of the extension: it opens without a network. */
export async function openRulePage(context: vscode.ExtensionContext, id: string): Promise<void> {
  if (!/^[a-z][a-z0-9-]*$/.test(id)) return;
  const page = vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules', `${id}.md`);
  await vscode.commands.executeCommand('markdown.showPreview', page);
}

/** The address behind a diagnostic's code. VS Code hands it back to this extension. */
export function rulePageUri(context: vscode.ExtensionContext, id: string): vscode.Uri {
  return vscode.Uri.from({
    scheme: vscode.env.uriScheme,
    authority: context.extension.id,
    path: `/rules/${id}`,
  });
}

/** Opens rule pages by their address. */
export class RulePages implements vscode.UriHandler {
  static register(context: vscode.ExtensionContext): vscode.Disposable {
    return vscode.window.registerUriHandler(new RulePages(context));
  }

  private constructor(private readonly context: vscode.ExtensionContext) {}

  async handleUri(uri: vscode.Uri): Promise<void> {
    const id = /^\/rules\/(.+)$/.exec(uri.path)?.[1];
    if (id) await openRulePage(this.context, id);
  }
}
