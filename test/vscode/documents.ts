// What the suites do inside VS Code: open files of the workspace, wait for what is reported there, take what is offered.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** How long the editor may take for anything that a test waits for, in milliseconds. */
const patience = 20_000;

/** A file of the opened workspace, by its path below it. */
export function uriOf(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'no folder is opened');
  return vscode.Uri.joinPath(folder.uri, path);
}

/** Shows a file of the workspace in an editor. */
export async function open(path: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uriOf(path));
  // In a tab of its own: what was open before stays open.
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}

/** Writes a new file into the workspace and shows it in an editor. */
export async function openNew(path: string, text: string): Promise<vscode.TextDocument> {
  await write(path, text);
  return open(path);
}

export async function write(path: string, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(uriOf(path), Buffer.from(text));
}

/** What the disk says, also where an editor holds another text. */
export async function textOnDisk(path: string): Promise<string> {
  return Buffer.from(await vscode.workspace.fs.readFile(uriOf(path))).toString();
}

export function isThere(path: string): Promise<boolean> {
  return Promise.resolve(vscode.workspace.fs.stat(uriOf(path))).then(
    () => true,
    () => false,
  );
}

/** The rules that are reported in a file now, each once, in alphabetical order. */
export function rulesIn({ uri }: vscode.TextDocument): readonly string[] {
  return idsOf(findingsIn(uri));
}

function idsOf(findings: readonly vscode.Diagnostic[]): readonly string[] {
  return [...new Set(findings.map(idOf))].sort();
}

/**
 * Resolves when exactly these rules are reported in the file as errors or warnings, whatever is hinted at beside them;
 * rejects with those that are when they do not come.
 */
export async function untilRules(document: vscode.TextDocument, ...rules: readonly string[]): Promise<void> {
  const wanted = [...rules].sort().join(', ');
  const reported = () => idsOf(findingsIn(document.uri).filter(isWarning)).join(', ');
  await until(
    vscode.languages.onDidChangeDiagnostics,
    () => reported() === wanted,
    () => `reported are [${reported()}], wanted [${wanted}]`,
  );
}

function isWarning({ severity }: vscode.Diagnostic): boolean {
  return severity <= vscode.DiagnosticSeverity.Warning;
}

/** Resolves when a rule is reported in the file, beside whatever else is. */
export async function untilReported(document: vscode.TextDocument, rule: string): Promise<vscode.Diagnostic> {
  const find = () => findingsIn(document.uri).find(finding => idOf(finding) === rule);
  await until(
    vscode.languages.onDidChangeDiagnostics,
    () => find() !== undefined,
    () => `reported are [${rulesIn(document).join(', ')}], without ${rule}`,
  );
  const found = find();
  assert.ok(found);
  return found;
}

/** Resolves as soon as `done` is true, which is asked now and after each event; rejects with what `state` says then. */
export async function until(
  event: vscode.Event<unknown>,
  done: () => boolean,
  state: () => string,
): Promise<void> {
  if (done()) return;
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(
      () => end(() => reject(new Error(`Still after ${patience} ms: ${state()}`))),
      patience,
    );
    const listener = event(() => {
      if (done()) end(resolve);
    });
    const end = (settle: () => void) => {
      clearTimeout(late);
      listener.dispose();
      settle();
    };
  });
}

/** What the lightbulb offers for a finding, the edits of all of it included. */
export function actionsFor(
  { uri }: vscode.TextDocument,
  { range }: vscode.Diagnostic,
): Promise<vscode.CodeAction[]> {
  return actions(uri, range, vscode.CodeActionKind.QuickFix);
}

/** What would happen to a whole file when it is saved with this kind of action. */
export function actionsOfKind(document: vscode.TextDocument, kind: string): Promise<vscode.CodeAction[]> {
  const whole = new vscode.Range(
    new vscode.Position(0, 0),
    document.lineAt(document.lineCount - 1).range.end,
  );
  return actions(document.uri, whole, vscode.CodeActionKind.Empty.append(kind));
}

/** The one action whose title begins so. */
export function actionNamed(all: readonly vscode.CodeAction[], title: string): vscode.CodeAction {
  const found = all.find(action => action.title.startsWith(title));
  assert.ok(found, `“${title}” is not among “${all.map(action => action.title).join('”, “')}”`);
  return found;
}

/**
 * Applies the edit of an action as it stands. An edit that VS Code would show in its preview first is freed of that: the
 * preview waits for a click, which the tests of `test/editor` make.
 */
export async function apply({ title, edit }: vscode.CodeAction): Promise<void> {
  assert.ok(edit, `“${title}” has no edit`);
  const unasked = new vscode.WorkspaceEdit();
  for (const [uri, edits] of edit.entries()) {
    unasked.createFile(uri, { ignoreIfExists: true });
    unasked.set(uri, edits);
  }
  // As the lightbulb does: what a refactoring touches is saved.
  const applied = await vscode.workspace.applyEdit(unasked, { isRefactoring: true });
  assert.ok(applied, `“${title}” was not applied`);
}

function findingsIn(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'plimsoll');
}

function idOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

async function actions(
  uri: vscode.Uri,
  range: vscode.Range,
  kind: vscode.CodeActionKind,
): Promise<vscode.CodeAction[]> {
  const resolved = 20;
  return vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, range, kind.value, resolved);
}
