import assert from 'node:assert/strict';
import { batched } from '../../server/src/docker/batched';
import type { Clock } from '../../server/src/docker/clock';

/** A clock that stands still until it is told that the time is over. */
class HandClock implements Clock {
  private readonly waiting: (() => void)[] = [];

  now(): number {
    return 0;
  }

  wait(): Promise<void> {
    return new Promise(resolve => this.waiting.push(resolve));
  }

  strike(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

const signal = new AbortController().signal;

async function* values(...steps: readonly (number | (() => void))[]): AsyncGenerator<number> {
  for (const step of steps) {
    if (typeof step === 'number') yield step;
    else step();
  }
}

async function collect(batches: AsyncIterable<number[]>): Promise<number[][]> {
  const all: number[][] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

describe('Events that come close together', () => {
  it('are one batch', async () => {
    assert.deepEqual(await collect(batched(values(1, 2, 3), 100, new HandClock(), signal)), [[1, 2, 3]]);
  });

  it('are two batches where the time between them was over', async () => {
    const clock = new HandClock();
    async function* paced(): AsyncGenerator<number> {
      yield 1;
      yield 2;
      clock.strike();
      await new Promise(resolve => setImmediate(resolve));
      yield 3;
    }
    assert.deepEqual(await collect(batched(paced(), 100, clock, signal)), [[1, 2], [3]]);
  });

  it('are none where nothing happens', async () => {
    assert.deepEqual(await collect(batched(values(), 100, new HandClock(), signal)), []);
  });

  it('fail as the engine fails', async () => {
    const failing = values(1, () => {
      throw new Error('gone');
    });
    await assert.rejects(collect(batched(failing, 100, new HandClock(), signal)), /gone/);
  });
});
