import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { actionNamed, actionsOfKind, apply, isThere, open, untilReported } from './documents';

/** A file of a case study, a rule that is reported there, and the conversions that are offered, by their titles. */
const files: readonly (readonly [path: string, rule: string, ...titles: string[]])[] = [
  [
    'calidda/docker-compose.yaml',
    'install-at-startup',
    'Build an image instead of installing at every start (srv-img)',
  ],
  [
    'mikrom/docker-compose.yml',
    'no-memory-limit',
    'Build the image once and share it (app)',
    'Put this service behind a profile (flower)',
  ],
  ['mikrom/Dockerfile', 'python-on-alpine', 'Switch from Alpine to a slim Debian image'],
  [
    'vx11/madre/Dockerfile',
    'healthcheck-tool-missing',
    'Give each service its own requirements file (vx11/requirements_minimal.txt)',
  ],
  ['vx11/docker-compose.yml', 'no-memory-limit', 'Put this service behind a profile (operator-frontend)'],
  [
    'knowligo/Dockerfile',
    'pip-cache-left',
    'Convert to a multi-stage build with wheels',
    'Add a .dockerignore for this build context',
  ],
  ['knowligo/docker-compose.yml', 'no-memory-limit', 'Write a Compose file for production next to this one'],
  [
    'agente-hibrido/docker-compose.yml',
    'no-memory-limit',
    'Build the image once and share it (backend)',
    'Write a Compose file for production next to this one',
  ],
];

describe('Conversions of the case studies in VS Code', () => {
  for (const [path, rule, ...titles] of files) {
    for (const title of titles) {
      it(`“${title}” is offered for ${path}, applied, and undone by one undo`, async () => {
        const document = await open(path);
        await untilReported(document, rule);
        const offered = await actionsOfKind(document, 'refactor.rewrite.plimsoll');
        const action = actionNamed(offered, title);
        const before = await textsOf(action);

        await apply(action);
        const after = await textsOf(action);
        for (const [uri, text] of after) assert.notEqual(text, before.get(uri), `${uri} was not changed`);

        // A conversion that only creates a file is undone where that file is, as VS Code does with every new file.
        const touched = [...before.keys()];
        const place = touched.find(uri => uri === document.uri.toString()) ?? touched[0] ?? '';
        await open(vscode.workspace.asRelativePath(vscode.Uri.parse(place), false));
        await vscode.commands.executeCommand('undo');

        assert.deepEqual(await textsOf(action), before);
      });
    }
  }
});

/** What the editor holds of all files that an action touches, by their URIs; undefined for those that are not there. */
async function textsOf({ edit }: vscode.CodeAction): Promise<ReadonlyMap<string, string | undefined>> {
  const touched = edit
    ?.entries()
    .filter(([, edits]) => edits.some(({ newText, range }) => newText || !range.isEmpty));
  const texts = (touched ?? []).map(async ([uri]) => {
    const path = vscode.workspace.asRelativePath(uri, false);
    const text = (await isThere(path)) ? (await vscode.workspace.openTextDocument(uri)).getText() : undefined;
    return [uri.toString(), text] as const;
  });
  return new Map(await Promise.all(texts));
}
