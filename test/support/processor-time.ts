import { execFileSync } from 'node:child_process';

/** Milliseconds that a run of Node takes of the processor in all its threads, as the shell counts them. Not on Windows. */
export function processorTime(cwd: string, args: readonly string[]): number {
  const script = '"$@" > /dev/null; times';
  const told = execFileSync('sh', ['-c', script, 'sh', process.execPath, ...args], { cwd, encoding: 'utf8' });
  // The second line is about what the shell has started: user and system, as 0m1.250s.
  const [user, system] = [...(told.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60_000 + Number(seconds) * 1000,
  );
  return (user ?? Number.NaN) + (system ?? Number.NaN);
}
