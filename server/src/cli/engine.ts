import type { EngineFacts } from '../core/facts/engine';
import { SYSTEM_CLOCK } from '../docker/clock';
import { connect, ownSurroundings } from '../docker/connect';
import type { Engine } from '../docker/engine';
import { engineFacts as factsOfEngine } from '../docker/facts';
import { Misuse } from './exit';

/** The engine that the docker command would use. @throws Misuse with what to do where there is none */
export async function requireEngine(): Promise<Engine> {
  const found = await connect(ownSurroundings(), new AbortController().signal);
  if (found.kind === 'connected') return found.engine;
  throw new Misuse(found.detail);
}

export async function engineFacts(): Promise<EngineFacts> {
  return factsOfEngine(await requireEngine(), SYSTEM_CLOCK, new AbortController().signal);
}
