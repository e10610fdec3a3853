import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipFor } from '../support/engine';

/** A Docker daemon beside the one that others use, so that it can be stopped. */
export class SecondDaemon {
  private folder = '';
  private running: ChildProcess | undefined;

  get socket(): string {
    return join(this.folder, 'docker.sock');
  }

  /** Skips the suite where no second daemon can be started; with `CI=true` fails it. */
  async require(context: Mocha.Context): Promise<void> {
    const isRoot = process.getuid?.() === 0;
    const here = ['/usr/sbin/dockerd', '/usr/bin/dockerd'].some(path => existsSync(path));
    const missing =
      isRoot && here ? undefined : 'a second Docker daemon needs dockerd and the rights of root';
    this.folder = await mkdtemp(join(tmpdir(), 'plimsoll-daemon-'));
    skipFor(context, missing);
  }

  /** Resolves when the process runs; it answers later. */
  async start(): Promise<void> {
    const at = (name: string) => join(this.folder, name);
    this.running = spawn(
      'dockerd',
      [
        ...['--host', `unix://${this.socket}`, '--pidfile', at('pid')],
        ...['--data-root', at('data'), '--exec-root', at('exec')],
        ...['--bridge=none', '--iptables=false', '--storage-driver=vfs'],
      ],
      { stdio: 'ignore' },
    );
    await once(this.running, 'spawn');
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const running = this.running;
    if (!running) return;
    this.running = undefined;
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop('SIGTERM');
    if (this.folder !== '') await rm(this.folder, { recursive: true, force: true });
  }
}
