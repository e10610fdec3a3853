import { join } from 'node:path';
import { builtProgram, missingProgram } from '../../scripts/machine/go-programs';
import { type Finished, finish } from '../../scripts/machine/run';
import { skipFor } from './engine';

/** For mocha's `before`: without Docker Compose the suite is skipped and says why; with `CI=true` it fails. */
export function requireCompose(this: Mocha.Context): void {
  skipFor(this, missingProgram('compose'));
}

/**
 * The project as Docker Compose reads it, with all of its profiles, as JSON; of what it does not accept, the exit code is
 * not 0 and the output says why. Nothing of this process's environment but the PATH is interpolated.
 *
 * @param files later ones override earlier ones, relative to the folder
 */
export function composeConfig(folder: string, files: readonly string[]): Promise<Finished> {
  const chosen = files.flatMap(file => ['--file', file]);
  const args = [...chosen, '--profile', '*', 'config', '--no-path-resolution', '--format', 'json'];
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  return finish(join(builtProgram('compose') ?? '', 'docker-compose'), args, { cwd: folder, env });
}
