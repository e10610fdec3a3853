import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  actionNamed,
  actionsFor,
  actionsOfKind,
  apply,
  openNew,
  textOnDisk,
  untilReported,
  untilRules,
} from './documents';

const dockerfile = `FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends git
RUN pip install flask
USER 1000
`;

const fixed = `FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir flask
USER 1000
`;

describe('Fixes in VS Code', () => {
  it('take their finding away, and undo brings it back', async () => {
    const document = await openNew('fixes/Dockerfile', dockerfile);
    const finding = await untilReported(document, 'pip-cache-left');

    const fix = actionNamed(await actionsFor(document, finding), 'Add --no-cache-dir');
    assert.equal(fix.isPreferred, true);
    await apply(fix);

    await untilRules(document, 'apt-lists-left');
    assert.match(document.getText(), /RUN pip install --no-cache-dir flask/);

    await vscode.commands.executeCommand('undo');
    await untilRules(document, 'apt-lists-left', 'pip-cache-left');
    assert.equal(document.getText(), dockerfile);
  });

  it('are all applied by source.fixAll.plimsoll', async () => {
    const document = await openNew('fix-all/Dockerfile', dockerfile);
    await untilRules(document, 'apt-lists-left', 'pip-cache-left');

    const [all] = await actionsOfKind(document, 'source.fixAll.plimsoll');
    assert.ok(all, 'there is no such action');
    await apply(all);

    await untilRules(document);
    assert.equal(document.getText(), fixed);
  });

  it('are all applied when a file is saved, where the settings say so', async () => {
    const settings = vscode.workspace.getConfiguration('editor');
    const onSave = (value?: object) =>
      settings.update('codeActionsOnSave', value, vscode.ConfigurationTarget.Workspace);
    await onSave({ 'source.fixAll.plimsoll': 'explicit' });
    try {
      const document = await openNew('on-save/Dockerfile', dockerfile);
      await untilRules(document, 'apt-lists-left', 'pip-cache-left');
      const editor = await vscode.window.showTextDocument(document);
      await editor.edit(edit => edit.insert(new vscode.Position(0, 0), '# the service\n'));

      await document.save();

      assert.equal(await textOnDisk('on-save/Dockerfile'), `# the service\n${fixed}`);
      await untilRules(document);
    } finally {
      await onSave();
    }
  });

  it('are not all that is offered: a finding can be ignored where it is', async () => {
    const document = await openNew('ignored/Dockerfile', dockerfile);
    const finding = await untilReported(document, 'pip-cache-left');

    await apply(actionNamed(await actionsFor(document, finding), 'Ignore pip-cache-left here'));

    await untilRules(document, 'apt-lists-left');
    assert.match(document.getText(), /^# plimsoll ignore=pip-cache-left.*\nRUN pip install flask$/m);
  });
});
