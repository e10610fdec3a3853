import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Which process made something, so that any later one can tell whether it is still at work. A process id alone says
 * little: ids are used again, and two containers that share an engine both have a process 7. So the mark also tells when
 * the process started, and where its id counts.
 */
export interface Owner {
  readonly pid: number;
  /** Clock ticks from the start of the system to that of the process; `0` where the system does not say. */
  readonly start: string;
  /** The process namespace and the boot of the kernel, or the host where there is no such thing. */
  readonly place: string;
}

/** `4711-111942-4026531836.35b4a97be8ff4ed89cbf32e070c325f9-1a2b3c4d`: fit for labels, file names and environments. */
export function newMark(): string {
  const { pid, start, place } = ownOwner();
  return `${pid}-${start}-${place}-${randomBytes(4).toString('hex')}`;
}

/** Undefined for what is no mark: versions before 0.2 had others. */
export function ownerOf(mark: string): Owner | undefined {
  const [, pid, start, place] = /^(\d+)-(\d+)-([\w.]+)-[0-9a-f]{8}(?:-\w{6})?$/.exec(mark) ?? [];
  if (pid === undefined || start === undefined || place === undefined) return undefined;
  return { pid: Number(pid), start, place };
}

/** In milliseconds: no proof takes so long. What nobody can vouch for is left alone until it is older. */
export const LONGEST_PROOF = 24 * 60 * 60_000;

/**
 * Whether what carries a mark may be removed: its process has ended, or its process is not known and it is older than any proof.
 * Nobody can tell of another host, another boot, another process namespace, and of marks that are none.
 *
 * @param youngest when the last of it was made, in milliseconds since the epoch; undefined where that is not known
 * @param now milliseconds since the epoch
 */
export function isLeftOver(mark: string, youngest: number | undefined, now: number): boolean {
  const owner = ownerOf(mark);
  const isOld = youngest !== undefined && now - youngest > LONGEST_PROOF;
  if (owner?.place !== ownOwner().place) return isOld;
  if (!isAtWork(owner)) return true;
  // Without the time of its start the process may be another one with the same id.
  return owner.start === '0' && owner.pid !== process.pid && isOld;
}

function isAtWork({ pid, start }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is there, though it may not be signalled.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  if (process.platform !== 'linux' || start === '0') return true;
  const found = statusOf(pid);
  // Some systems hide what others run; what is there is at work until it is known better.
  return found === undefined || (found.start === start && !/[ZX]/.test(found.state));
}

let own: Owner | undefined;

function ownOwner(): Owner {
  own ??= { pid: process.pid, start: statusOf('self')?.start ?? '0', place: ownPlace() };
  return own;
}

function ownPlace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().replaceAll('-', '');
    const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
    if (/^[0-9a-f]{32}$/.test(boot) && namespace !== '') return `${namespace}.${boot}`;
  } catch {
    // Not Linux, or no /proc.
  }
  return `host.${createHash('sha256').update(hostname()).digest('hex').slice(0, 32)}`;
}

/** The state and the start of a process, as Linux tells them; undefined elsewhere. */
function statusOf(pid: number | 'self'): { readonly state: string; readonly start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name is in parentheses and may hold anything; the state is the first field behind it, the start the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, start] = [fields[0], fields[19]];
    return state === undefined || start === undefined ? undefined : { state, start };
  } catch {
    return undefined;
  }
}
