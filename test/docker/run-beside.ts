import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { program, type Ran } from '../support/plimsoll';

export interface RanBeside extends Ran {
  /** Milliseconds from start to end. */
  readonly took: number;
  /** The most memory that the process has held, its threads included. In bytes. */
  readonly memory: number;
}

/**
 * Runs the command line with an engine of this process, which has to go on answering meanwhile.
 *
 * @param meanwhile may interrupt it, as Ctrl-C does
 */
export async function runBeside(
  socket: string,
  args: readonly string[],
  meanwhile: (interrupt: () => void) => Promise<void> = async () => undefined,
  environment: Readonly<Record<string, string>> = {},
): Promise<RanBeside> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--require', join(__dirname, 'peak-memory.cjs'), program, ...args], {
    env: { ...process.env, DOCKER_HOST: `unix://${socket}`, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const done = meanwhile(() => child.kill('SIGINT'));
  const [out, err, memory] = await Promise.all(
    [child.stdout, child.stderr, child.stdio[3]].map(stream => text(stream as Readable)),
  );
  await done;
  const [code] = (await ended) as [number | null];
  return { code, out: out ?? '', err: err ?? '', took: performance.now() - started, memory: Number(memory) };
}
