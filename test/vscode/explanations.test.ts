import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { actionNamed, actionsFor, open, until, untilReported } from './documents';

describe('Explanations in VS Code', () => {
  it('are in the hover: what is wrong, why it matters, and where to read more', async () => {
    const document = await open('agente-hibrido/Dockerfile');
    const finding = await untilReported(document, 'pip-cache-left');

    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      finding.range.start,
    );

    const text = hovers.flatMap(({ contents }) => contents.map(textOf)).join('\n');
    assert.match(text, /pip leaves its download cache in this layer/);
    assert.match(text, /`pip-cache-left`/);
    assert.match(text, /An image has no next install/);
    assert.match(text, /\]\(https:/);
  });

  it('are on the page of the rule, which opens in the Markdown preview', async () => {
    const document = await open('agente-hibrido/Dockerfile');
    const finding = await untilReported(document, 'pip-cache-left');
    const { command } = actionNamed(await actionsFor(document, finding), 'Open the page of pip-cache-left');
    assert.ok(command);

    await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));

    const isShown = () =>
      tabs().some(({ input, label }) => isMarkdownPreview(input) && label.includes('pip-cache-left'));
    await until(vscode.window.tabGroups.onDidChangeTabs, isShown, () =>
      tabs()
        .map(({ label }) => label)
        .join(', '),
    );
  });
});

function tabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(group => group.tabs);
}

function isMarkdownPreview(input: unknown): boolean {
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith('markdown.preview');
}

function textOf(content: vscode.MarkdownString | vscode.MarkedString): string {
  return typeof content === 'string' ? content : content.value;
}
