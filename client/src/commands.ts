import * as vscode from 'vscode';
import { COMMANDS } from './ids';
import type { Client } from './language-client';
import type { LayerView } from './panel/layer-view';
import type { PanelModel } from './panel/panel-model';
import type { ProveCommand } from './prove/prove-command';

export interface CommandServices {
  readonly client: Client;
  readonly panel: PanelModel;
  readonly layers: LayerView;
  readonly prover: ProveCommand;
  readonly openRule: (id: string) => Promise<void>;
}

/** Every command with what it does. */
export function registerCommands({
  client,
  panel,
  layers,
  prover,
  openRule,
}: CommandServices): vscode.Disposable[] {
  const handlers: Record<(typeof COMMANDS)[keyof typeof COMMANDS], (...args: unknown[]) => unknown> = {
    [COMMANDS.refreshImages]: () => panel.refresh(),
    [COMMANDS.showLayers]: image => layers.show(image),
    [COMMANDS.prove]: (target, conversion) => prover.prove(target, conversion),
    [COMMANDS.openRule]: id => openRule(String(id)),
    [COMMANDS.restartServer]: () => client.restart(),
    [COMMANDS.showLog]: () => client.showLog(),
  };
  return Object.entries(handlers).map(([id, handler]) => vscode.commands.registerCommand(id, handler));
}
