import assert from 'node:assert/strict';
import type { Surroundings } from '../../server/src/docker/candidates';
import { connect, ownSurroundings } from '../../server/src/docker/connect';
import type { Engine } from '../../server/src/docker/engine';

/** The engine that answers; fails the test where none does. */
export async function connectedEngine(around: Surroundings): Promise<Engine> {
  const connection = await connect(around, new AbortController().signal);
  return connection.kind === 'connected' ? connection.engine : assert.fail(connection.detail);
}

/** Surroundings in which nothing but one socket is named. */
export function onlySocket(path: string): Surroundings {
  return { ...ownSurroundings(), env: { DOCKER_HOST: `unix://${path}` } };
}
