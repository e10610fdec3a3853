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
    // With a network and mounts of its own it takes neither the bridge nor the folders of the other daemon away.
    this.running = spawn(
      'unshare',
      [
        ...['--net', '--mount', 'dockerd'],
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
    this.running = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
    // A daemon that was killed leaves its process ids behind, and the next one may take them for alive.
    for (const name of ['pid', 'exec/containerd/containerd.pid']) {
      await rm(join(this.folder, name), { force: true });
    }
  }

  async remove(): Promise<void> {
    await this.stop('SIGTERM');
    if (this.folder !== '') await rm(this.folder, { recursive: true, force: true });
  }
}
