import { type EngineFacts, NO_ENGINE } from '../core/facts/engine';
export async function engineFacts(): Promise<EngineFacts> {
  return NO_ENGINE;
}
