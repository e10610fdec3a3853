import * as vscode from 'vscode';
import { open, openNew, untilRules, write } from './documents';

const reported = ['healthcheck-tool-missing', 'missing-dockerignore', 'runs-as-root'];

describe('The language server in VS Code', () => {
  it('says again what it found after it was restarted', async () => {
    const document = await open('vx11/madre/Dockerfile');
    await untilRules(document, ...reported);

    const emptied = untilRules(document);
    await vscode.commands.executeCommand('plimsoll.restartServer');
    await emptied;

    await untilRules(document, ...reported);
  });

  it('leaves out a rule that the settings switch off, from the moment that they do', async () => {
    const document = await open('vx11/madre/Dockerfile');
    const settings = vscode.workspace.getConfiguration('plimsoll');
    const setRules = (value?: object) =>
      settings.update('rules', value, vscode.ConfigurationTarget.Workspace);
    await untilRules(document, ...reported);

    await setRules({ 'runs-as-root': 'off' });
    await untilRules(document, 'healthcheck-tool-missing', 'missing-dockerignore');
    await setRules();

    await untilRules(document, ...reported);
  });

  it('follows a .plimsoll.yaml beside the files', async () => {
    const document = await openNew(
      'configured/Dockerfile',
      'FROM python:3.11-slim\nRUN pip install flask\nUSER 1000\n',
    );
    await untilRules(document, 'pip-cache-left');

    await write('configured/.plimsoll.yaml', 'rules:\n  pip-cache-left: off\n');

    await untilRules(document);
  });
});
