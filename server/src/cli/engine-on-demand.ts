import type { SourceOptions } from '../host/sources';
import type { EngineDepth } from './engine';

/** Asks the engine for facts. Its libraries are half of the program, so they are loaded where it is asked. */
export function engineOnDemand(depth: EngineDepth): NonNullable<SourceOptions['engine']> {
  return async workspace => (await import('./engine')).workspaceEngineFacts(workspace, depth);
}
