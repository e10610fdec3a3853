import { type SpawnOptions, spawn } from 'node:child_process';

export interface Finished {
  /** The exit code; 1 when a signal ended the process. */
  readonly code: number;
  /** Standard output and standard error as they came, mixed; empty when they went to the terminal. */
  readonly output: string;
}

/** Runs a program to its end without standard input. Rejects only when it cannot be started. */
export function finish(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('error', reject);
    child.once('close', code => resolve({ code: code ?? 1, output }));
  });
}

/** Runs a program that has to succeed, and answers what it printed, trimmed. Rejects with all of its output. */
export async function output(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<string> {
  const finished = await finish(command, args, options);
  if (finished.code !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${finished.code}\n${finished.output}`);
  }
  return finished.output.trim();
}
