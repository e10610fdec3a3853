import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { docker } from './engine';

const root = join(__dirname, '../..');

/** `plimsoll prove` as a process of its own, from the sources. */
export class ProofProcess {
  said = '';
  private readonly ended: Promise<number | null>;

  private constructor(readonly child: ChildProcess) {
    child.stderr?.setEncoding('utf8').on('data', chunk => {
      this.said += chunk;
    });
    // Not `close`: what it started may keep its output open.
    this.ended = new Promise(resolve => child.once('exit', resolve));
  }

  /** @param temporary where it makes its folders */
  static start(project: string, temporary: string): ProofProcess {
    const args = ['--import', 'tsx', join(root, 'server/src/cli/main.ts'), 'prove', project];
    const env = { ...process.env, TMPDIR: temporary };
    return new ProofProcess(
      spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The exit code; null where a signal ended it. */
  end(): Promise<number | null> {
    return this.ended;
  }

  /** What it left in the engine. */
  async left(): Promise<string[]> {
    const format = ['--format', '{{.Label "plimsoll.prove"}}', '--filter', 'label=plimsoll.prove'];
    const containers = (await docker('ps', '--all', ...format)).split('\n');
    const ids = (await docker('images', '--all', '--quiet', '--filter', 'label=plimsoll.prove')).split('\n');
    const inspect = ['image', 'inspect', '--format', '{{index .Config.Labels "plimsoll.prove"}}'];
    const images = await Promise.all(
      [...new Set(ids)].filter(id => id !== '').map(id => docker(...inspect, id).catch(() => '')),
    );
    return [...containers, ...images].filter(mark => mark.startsWith(`${this.pid}-`));
  }
}

/** Waits for something that comes by itself. @throws Error after two minutes */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come`);
    await delay(50);
  }
}

/** Whether a process runs whose command line holds a text; containers of a local engine are among them. */
export function runs(text: string): boolean {
  return readdirSync('/proc').some(pid => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}
