import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, absolute. */
export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/**
 * A folder outside the clone for what takes minutes to make (the browser VS Code, base images), so that a second
 * clone finds it ready.
 */
export const cacheFolder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'plimsoll');
