import { readFileSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SESSION_VARIABLE } from './docker-command';
import { removeLabelled, sessionsInEngine } from './labelled';
import { isLeftOver, ownerOf } from './owner';
import { removeFolder } from './remove-folder';

/** Before the mark in the names of folders. */
export const FOLDER_PREFIX = 'plimsoll-prove-';

/** Whether a folder with this name is one that a proof copies into, this one or another. */
export function isProofFolder(name: string): boolean {
  return name.startsWith(FOLDER_PREFIX) && ownerOf(name.slice(FOLDER_PREFIX.length)) !== undefined;
}

/**
 * Removes what sessions left that were killed: commands that still run, containers, images, folders. What another host,
 * another process namespace or an earlier boot left is removed when it is a day old.
 *
 * @returns a sentence for each thing that could not be removed
 */
export async function removeLeftovers(signal: AbortSignal): Promise<string[]> {
  await endCommands();
  const said: string[] = [];
  for (const [mark, youngest] of await sessionsInEngine(signal)) {
    signal.throwIfAborted();
    if (!isLeftOver(mark, youngest, Date.now())) continue;
    await removeLabelled(mark).catch(error => said.push(sentenceOf(error)));
  }
  return [...said, ...(await removeFolders())];
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function removeFolders(): Promise<string[]> {
  const top = tmpdir();
  const said: string[] = [];
  // Where nothing can be read nothing was made; who makes something there next is told why not.
  for (const name of await readdir(top).catch(() => [])) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const path = join(top, name);
    const found = await lstat(path).catch(() => undefined);
    // Others may put there what they like: only folders of our own are touched.
    if (!found?.isDirectory() || (process.getuid && found.uid !== process.getuid())) continue;
    if (!isLeftOver(name.slice(FOLDER_PREFIX.length), found.mtimeMs, Date.now())) continue;
    const left = await removeFolder(path);
    if (left !== undefined) said.push(left);
  }
  return said;
}

/** How long a command may take to end, in milliseconds, and how often it is looked at. */
const GRACE = 5_000;
const LOOK = 50;

/** Ends the docker commands of killed sessions, which would build on. Only Linux tells which they are. */
async function endCommands(): Promise<void> {
  const found = await commandsOfSessions();
  const left = found.filter(({ mark }) => isLeftOver(mark, undefined, Date.now())).map(({ pid }) => pid);
  for (const how of ['SIGTERM', 'SIGKILL'] as const) {
    const running = left.filter(pid => signalled(pid, how));
    for (let waited = 0; waited < GRACE && running.some(pid => signalled(pid, 0)); waited += LOOK)
      await delay(LOOK);
  }
}

function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

interface SessionCommand {
  readonly pid: number;
  readonly mark: string;
}

async function commandsOfSessions(): Promise<SessionCommand[]> {
  if (process.platform !== 'linux') return [];
  const names = await readdir('/proc').catch(() => []);
  return names
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      const mark = sessionOf(name);
      return mark === undefined ? [] : [{ pid: Number(name), mark }];
    });
}

/** What the environment of a process names; undefined where it names none or may not be read. */
function sessionOf(pid: string): string | undefined {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    const start = `${SESSION_VARIABLE}=`;
    return variables.find(variable => variable.startsWith(start))?.slice(start.length);
  } catch {
    return undefined;
  }
}
