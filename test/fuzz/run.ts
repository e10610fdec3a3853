import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Report, Share } from './campaign';

export interface Campaign {
  readonly seed: number;
  readonly minutes: number;
  /** How many processes share the inputs. */
  readonly processes: number;
  /** Told of each fault at once. */
  readonly onFault: (fault: Fault) => void;
}

/** `npm run fuzz -- --seed S --only N` examines the input again. */
export interface Fault {
  readonly seed: number;
  readonly number: number;
  readonly fault: string;
}

/** An input that is not done after so long hangs, however busy the machine is: milliseconds. */
const HANGS = 60_000;

/** @returns how many inputs were examined */
export async function runCampaign({ seed, minutes, processes, onFault }: Campaign): Promise<number> {
  const until = Date.now() + minutes * 60_000;
  const shares = Array.from({ length: processes }, (_, first) => ({ seed, first, step: processes, until }));
  const counts = await Promise.all(shares.map(share => runShare(share, onFault)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** A process that hangs or ends before its time is a fault; another one goes on behind the input that did it. */
async function runShare(share: Share, onFault: Campaign['onFault']): Promise<number> {
  let [examined, first] = [0, share.first];
  for (;;) {
    const { ended, last, because } = await runProcess({ ...share, first }, onFault);
    if (ended !== undefined) return examined + ended;
    onFault({ seed: share.seed, number: last, fault: because });
    examined += (last - first) / share.step + 1;
    first = last + share.step;
    if (Date.now() >= share.until) return examined;
  }
}

interface Outcome {
  /** How many inputs it examined, where it came to its end. */
  readonly ended: number | undefined;
  readonly last: number;
  readonly because: string;
}

function runProcess(share: Share, onFault: Campaign['onFault']): Promise<Outcome> {
  const child = fork(join(__dirname, 'campaign.ts'), [JSON.stringify(share)], {
    execArgv: ['--import', 'tsx'],
  });
  return new Promise(resolve => {
    let last = share.first;
    let ended: number | undefined;
    const watch = watchdog(child);
    child.on('message', (report: Report) => {
      if (report.kind === 'fault') onFault({ seed: share.seed, number: report.number, fault: report.fault });
      if (report.kind === 'ended') ended = report.inputs;
      if (report.kind !== 'begins') return;
      last = report.number;
      watch.refresh();
    });
    child.once('exit', (code, signal) => {
      clearTimeout(watch);
      const because =
        signal === 'SIGKILL'
          ? `it hangs for more than ${HANGS / 1000} s`
          : `the process ends with ${signal ?? code}`;
      resolve({ ended, last, because });
    });
  });
}

function watchdog(child: ChildProcess): NodeJS.Timeout {
  return setTimeout(() => child.kill('SIGKILL'), HANGS);
}
