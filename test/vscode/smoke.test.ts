import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('The extension in VS Code', () => {
  it('is there and activates', async () => {
    const extension = vscode.extensions.getExtension('plimsoll.plimsoll');
    assert.ok(extension, 'VS Code did not find the extension');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
