import type * as vscode from 'vscode';
import { registerCommands } from './commands';
import { Client } from './language-client';
import { ImageTree } from './panel/image-tree';
import { LayerView } from './panel/layer-view';
import { PanelModel } from './panel/panel-model';
import { ProveCommand } from './prove/prove-command';
import { openRulePage, RulePages } from './rule-pages';

export function activate(context: vscode.ExtensionContext): void {
  const client = new Client(context);
  const panel = new PanelModel(client);
  const layers = new LayerView(context.extensionUri, panel);
  const prover = new ProveCommand(context, client);
  const images = new ImageTree(panel);
  context.subscriptions.push(client, panel, images, layers, RulePages.register(context));
  context.subscriptions.push(
    ...registerCommands({ client, panel, layers, prover, openRule: id => openRulePage(context, id) }),
  );
  void client.start();
}
