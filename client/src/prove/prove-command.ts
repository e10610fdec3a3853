import * as vscode from 'vscode';
import { plainMessage } from '../../../server/src/core/text/plain-message';
import { visible } from '../../../server/src/core/text/visible';
import {
  type OfferedConversion,
  type ProofReport,
  type Provable,
  provable,
} from '../../../server/src/protocol';
import { SETTINGS } from '../ids';
import type { Client } from '../language-client';
import { relativePath } from '../panel/paths';
import { proofPage } from '../panel/proof-page';
import { showProof } from '../panel/proof-view';
import { applyConversion } from './apply-conversion';
import { runProof } from './proof-process';

/** What a proof builds before and after: one conversion of a file, or all fixes of its folder. */
interface Choice {
  readonly label: string;
  /** Undefined for all fixes. */
  readonly conversion: OfferedConversion | undefined;
}

/** A proof at work. VS Code takes a cancelled one out of sight at once, while it still tidies up. */
interface Running {
  cancelled: boolean;
  /** Resolves when nothing of it is left; never rejects. */
  ended: Promise<void>;
}

/** “Prove this conversion”: builds and starts a copy before and after, and shows both beside the editor. */
export class ProveCommand {
  /** Two proofs at once would measure each other. */
  private current: Running | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly client: Client,
  ) {}

  /**
   * @param target the URI of the file, as menus hand it in; the active editor's file where it is none
   * @param conversion the id of a conversion that is offered there; who calls without one is asked
   */
  async prove(target: unknown, conversion?: unknown): Promise<void> {
    if (!vscode.workspace.isTrusted) return this.refuse();
    if (this.current && !this.current.cancelled)
      return say('A proof is already running. Wait for it to finish, or cancel it.');
    const document = await documentOf(target);
    const found = document && (await this.ask(document));
    if (!document || !found)
      return say('Open a Dockerfile or a Compose file to prove what a conversion saves there.');
    const choice = await choose(found, typeof conversion === 'string' ? conversion : undefined);
    if (!choice) return;
    // What was cancelled still removes what it made.
    await this.current?.ended;
    const running: Running = { cancelled: false, ended: Promise.resolve() };
    running.ended = this.runAndShow(document, found, choice, running);
    this.current = running;
    await running.ended;
    if (this.current === running) this.current = undefined;
  }

  private async runAndShow(
    document: vscode.TextDocument,
    found: Provable,
    choice: Choice,
    running: Running,
  ): Promise<void> {
    try {
      const report = await this.run(document, found, choice, running);
      if (report) this.show(document, choice, report);
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(plainMessage(because));
    }
  }

  private async refuse(): Promise<void> {
    const manage = 'Manage Workspace Trust';
    const picked = await vscode.window.showWarningMessage(
      'A proof builds and starts the containers of this workspace, so you have to trust it first.',
      manage,
    );
    if (picked === manage) await vscode.commands.executeCommand('workbench.trust.manage');
  }

  private async ask(document: vscode.TextDocument): Promise<Provable | undefined> {
    await this.client.start();
    return (await this.client.request(provable, { uri: document.uri.toString() })) ?? undefined;
  }

  private async run(
    document: vscode.TextDocument,
    { folder }: Provable,
    { label, conversion }: Choice,
    running: Running,
  ): Promise<ProofReport | undefined> {
    await saveAllBelow(folder);
    const settings = vscode.workspace.getConfiguration(SETTINGS.section);
    const job = {
      file: document.uri.fsPath,
      folder,
      conversion: conversion?.id,
      engineHost: settings.get(SETTINGS.engineHost, ''),
    };
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `Proving “${label}”`,
      cancellable: true,
    };
    const program = this.context.asAbsolutePath('dist/cli.js');
    return vscode.window.withProgress(options, async (progress, token) => {
      const listener = token.onCancellationRequested(() => {
        running.cancelled = true;
      });
      try {
        return await runProof(
          program,
          job,
          message => progress.report({ message: plainMessage(message) }),
          token,
        );
      } finally {
        listener.dispose();
      }
    });
  }

  private show(document: vscode.TextDocument, { label, conversion }: Choice, report: ProofReport): void {
    const { uri } = document;
    const about = { title: label, file: relativePath(uri.toString()), applies: conversion !== undefined };
    showProof(this.context.extensionUri, proofPage(report, about), {
      openFile: () => vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One }),
      apply: async () => conversion && applyConversion(this.client, uri, conversion.title),
    });
  }
}

async function documentOf(target: unknown): Promise<vscode.TextDocument | undefined> {
  const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
  return uri && vscode.workspace.openTextDocument(uri);
}

async function choose(found: Provable, wanted: string | undefined): Promise<Choice | undefined> {
  const choices = [
    ...found.conversions.map(conversion => ({
      label: conversion.title,
      description: visible(conversion.subjects.join(', ')),
      conversion,
    })),
    { label: 'All fixes', description: 'every fix and conversion in the folder', conversion: undefined },
  ];
  if (wanted !== undefined) return choices.find(({ conversion }) => conversion?.id === wanted);
  return vscode.window.showQuickPick(choices, {
    title: 'Prove a conversion with real builds',
    placeHolder: `A copy of ${folderName(found.folder)} is built and started before and after; your files stay as they are`,
  });
}

function folderName(folder: string): string {
  const uri = vscode.Uri.file(folder);
  const relative = vscode.workspace.asRelativePath(uri, false);
  return relative === uri.fsPath ? (vscode.workspace.getWorkspaceFolder(uri)?.name ?? relative) : relative;
}

/** A proof copies what is on the disk. */
async function saveAllBelow(folder: string): Promise<void> {
  const below = `${vscode.Uri.file(folder).path}/`;
  const unsaved = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && uri.scheme === 'file' && uri.path.startsWith(below),
  );
  await Promise.all(unsaved.map(document => document.save()));
}

function say(message: string): void {
  void vscode.window.showInformationMessage(message);
}
