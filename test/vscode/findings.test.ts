import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { open, openNew, untilReported, untilRules } from './documents';

describe('Findings in VS Code', () => {
  it('appear in a Dockerfile that is opened, and with it the extension activates', async () => {
    const document = await open('vx11/madre/Dockerfile');
    assert.equal(document.languageId, 'dockerfile');

    await untilRules(document, 'healthcheck-tool-missing', 'missing-dockerignore', 'runs-as-root');

    const extension = vscode.extensions.getExtension('plimsoll.plimsoll');
    assert.equal(extension?.isActive, true);
  });

  it('say where, with which severity and by which rule', async () => {
    const document = await open('vx11/madre/Dockerfile');

    const finding = await untilReported(document, 'healthcheck-tool-missing');

    assert.equal(document.getText(finding.range), 'curl');
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
    assert.match(finding.message, /^curl is not in python:3\.10-slim/);
    assert.ok(typeof finding.code === 'object', 'the code has no link to the page of the rule');
    assert.match(finding.code.target.path, /healthcheck-tool-missing$/);
  });

  it('follow the text as it is typed', async () => {
    const document = await openNew('typed/Dockerfile', 'FROM python:3.11-slim\nUSER 1000\n');
    const editor = await vscode.window.showTextDocument(document);

    await editor.edit(edit => edit.insert(new vscode.Position(1, 0), 'RUN pip install flask\n'));
    await untilRules(document, 'pip-cache-left');
    await editor.edit(edit => edit.delete(new vscode.Range(1, 0, 2, 0)));

    await untilRules(document);
  });

  for (const path of ['calidda/docker-compose.yaml', 'named/compose.yaml']) {
    it(`appear in ${path}`, async () => {
      const text =
        'services:\n  web:\n    image: nginx:1.29\n    command: sh -c "pip install flask && flask run"\n';
      const document = path.startsWith('named') ? await openNew(path, text) : await open(path);

      assert.match(document.languageId, /^(dockercompose|yaml)$/);
      await untilReported(document, 'install-at-startup');
    });
  }

  it('leave a YAML file alone that is no Compose file', async () => {
    const compose = await open('calidda/docker-compose.yaml');
    const other = await openNew('values.yaml', 'services:\n  web:\n    command: pip install flask\n');
    await untilReported(compose, 'install-at-startup');

    await untilRules(other);
  });
});
