import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  actionNamed,
  actionsFor,
  actionsOfKind,
  apply,
  isThere,
  open,
  rulesIn,
  textOnDisk,
  until,
  untilReported,
} from './documents';

describe('Conversions in VS Code', () => {
  it('are offered for the finding that they end, and write several files', async () => {
    const document = await open('calidda/docker-compose.yaml');
    const finding = await untilReported(document, 'install-at-startup');
    const offered = await actionsFor(document, finding);

    await apply(actionNamed(offered, 'Build an image instead of installing at every start'));

    const dockerfile = 'calidda/Dockerfile.calidda-api';
    assert.ok(await isThere(dockerfile), 'no Dockerfile was written');
    assert.match(await textOnDisk(dockerfile), /^FROM python:3\.11-slim/m);
    assert.match(await textOnDisk('calidda/docker-compose.yaml'), /^ {4}build:/m);
    await open(dockerfile);
  });

  it('leave the finding of the other service where it is', async () => {
    const document = await open('calidda/docker-compose.yaml');
    const left = () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .filter(({ message }) => message.startsWith('pip install'));

    await until(
      vscode.languages.onDidChangeDiagnostics,
      () => left().length === 1,
      () => rulesIn(document).join(', '),
    );

    assert.match(left()[0]?.message ?? '', /srv-img/);
  });

  it('are refactorings where no finding asks for them', async () => {
    const document = await open('knowligo/Dockerfile');
    await untilReported(document, 'pip-cache-left');

    const offered = await actionsOfKind(document, 'refactor.rewrite.plimsoll');

    const wheels = actionNamed(offered, 'Convert to a multi-stage build with wheels');
    assert.ok(wheels.edit?.has(document.uri), 'it has no edit for the Dockerfile');
  });
});
