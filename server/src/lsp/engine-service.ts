import type { Connection } from 'vscode-languageserver';
import type { EngineFacts } from '../core/facts/engine';
import type { Settings } from './settings';
import type { Workspaces } from './workspaces';
export class EngineService {
  constructor(_c: Connection, _w: Workspaces, _s: Settings, _f: (facts: EngineFacts) => void) {}
  async factsWanted() {}
  async settingsChanged() {}
  stop() {}
}
