import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Milliseconds of work between two looks at the event loop. Synchronous calls make a walk twice as fast as
 * asynchronous ones; in slices this short a keystroke does not have to wait for it.
 */
const SLICE = 4;
/** Milliseconds that work of the background waits for a turn without messages; then it has its slice all the same. */
const LONGEST_WAIT = 500;

const waiting: (() => void)[] = [];
let messages = 0;
let scheduled = false;
let waitingSince = 0;

/** To be called for each message whose answer a client waits for: background work lets it pass. */
export function messageCame(): void {
  messages++;
}

/**
 * Resolves in a later turn of the event loop, when no message came for one turn: thousands of messages are handled
 * before the background goes on, and one piece of it runs a turn however many wait.
 */
export function idleTurn(): Promise<void> {
  return new Promise(resolve => {
    if (waiting.length === 0) waitingSince = performance.now();
    waiting.push(resolve);
    schedule();
  });
}

function schedule(): void {
  if (scheduled || waiting.length === 0) return;
  scheduled = true;
  const before = messages;
  setImmediate(() => {
    scheduled = false;
    if (messages === before || performance.now() - waitingSince >= LONGEST_WAIT) {
      waiting.shift()?.();
      waitingSince = performance.now();
    }
    schedule();
  });
}

/** Whose turn comes: work with a waiting client goes on in the next one, the background when nothing else is to do. */
export type Urgency = 'asked' | 'background';

/** Resolves when work may go on. */
export function turn(urgency: Urgency): Promise<void> {
  return urgency === 'asked' ? nextTurn() : idleTurn();
}

/**
 * Runs long work in slices of a few milliseconds, with a look at the event loop between two of them.
 *
 * @param goOn called after each look; throws if the result is no longer needed
 * @returns what the work returns
 * @throws what `goOn` throws
 */
export async function inSlices<Result>(
  steps: Iterator<void, Result>,
  urgency: Urgency,
  goOn: () => void = () => undefined,
): Promise<Result> {
  for (;;) {
    const sliceEnd = performance.now() + SLICE;
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (performance.now() < sliceEnd);
    await turn(urgency);
    goOn();
  }
}
