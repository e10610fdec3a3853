import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The command line's bundle: absolute. */
export const program = join(__dirname, '../../dist/cli.js');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs the command line as users do: the bundle, as a process of its own.
 *
 * @throws Error where nobody made the bundle
 */
export function plimsoll(
  cwd: string,
  args: readonly string[],
  input = '',
  environment: Readonly<Record<string, string>> = {},
): Ran {
  if (!existsSync(program)) throw new Error('there is no dist/cli.js: npm run build makes it');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd,
    input,
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}
