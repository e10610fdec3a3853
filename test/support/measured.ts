import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program, type Ran } from './plimsoll';

export interface Measured extends Ran {
  /** Processor time of the whole process, in milliseconds. */
  readonly cpu: number;
  /** The most memory that it held at once, in bytes. */
  readonly memory: number;
}

/** A run that takes longer has failed, however slow the machine. */
const LONGEST = 120_000;

/** Runs the command line as a process of its own, which tells at its end what it took. */
export function measuredPlimsoll(cwd: string, args: readonly string[]): Measured {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-measured-'));
  const told = join(folder, 'usage.json');
  const hook = join(folder, 'hook.cjs');
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(told)}, JSON.stringify(process.resourceUsage())))`,
  );
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', hook, program, ...args], {
      cwd,
      encoding: 'utf8',
      timeout: LONGEST,
      maxBuffer: 256 * 1024 * 1024,
    });
    const usage = JSON.parse(readFileSync(told, 'utf8')) as NodeJS.ResourceUsage;
    const cpu = (usage.userCPUTime + usage.systemCPUTime) / 1000;
    return { code: status, out: stdout, err: stderr, cpu, memory: usage.maxRSS * 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
