import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  actionNamed,
  actionsFor,
  apply,
  isThere,
  open,
  textOnDisk,
  untilReported,
  untilRules,
  uriOf,
} from './documents';

const ignoreFile = 'vx11/.dockerignore';
const others = ['healthcheck-tool-missing', 'runs-as-root'];

describe('Files beside the one that is open', () => {
  after(async () => {
    if (await isThere(ignoreFile)) await vscode.workspace.fs.delete(uriOf(ignoreFile));
  });

  it('are created by a fix, and the finding goes since they are there', async () => {
    const document = await open('vx11/madre/Dockerfile');
    const finding = await untilReported(document, 'missing-dockerignore');

    await apply(actionNamed(await actionsFor(document, finding), 'Create vx11/.dockerignore'));

    await untilRules(document, ...others);
    assert.match(await textOnDisk(ignoreFile), /^\*\*\/\*\.env$/m);
  });

  it('are missed again as soon as they are deleted', async () => {
    const document = await open('vx11/madre/Dockerfile');
    await untilRules(document, ...others);

    await vscode.workspace.fs.delete(uriOf(ignoreFile));

    await untilRules(document, ...others, 'missing-dockerignore');
  });
});
