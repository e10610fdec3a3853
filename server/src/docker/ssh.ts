// Reaches an engine on another machine as the docker command does: through the ssh program, with its settings and keys.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { formatEndpoint, type SshEndpoint } from './endpoint';
import { DockerError } from './errors';

/** Characters of what ssh says of an error: banners and warnings may go before it. */
const MOST_SAID = 2_000;

/**
 * A connection for one request, which ends ssh with itself. It fails with a `DockerError` where ssh does not get through, and
 * says what ssh has said.
 */
export function connectOverSsh(endpoint: SshEndpoint): Duplex {
  return new SshConnection(endpoint);
}

/** Nobody is there to be asked for a password: without a key, ssh says so. */
export function sshArguments({ user, host, port, socket }: SshEndpoint): readonly string[] {
  return [
    ...['-T', '-o', 'BatchMode=yes'],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['--', host, 'docker'],
    ...(socket === undefined ? [] : ['--host', `unix://${socket}`]),
    ...['system', 'dial-stdio'],
  ];
}

class SshConnection extends Duplex {
  private readonly ssh: ChildProcessWithoutNullStreams;
  private said = '';
  private hasAnswered = false;

  constructor(private readonly endpoint: SshEndpoint) {
    super();
    this.ssh = spawn('ssh', sshArguments(endpoint), { stdio: 'pipe', windowsHide: true });
    const { stdin, stdout, stderr } = this.ssh;
    // Later than the one who waits for it begins to listen.
    this.ssh.once('spawn', () => setImmediate(() => this.emit('connect')));
    this.ssh.once('error', error =>
      this.fail(
        'code' in error && error.code === 'ENOENT' ? 'the ssh command is not installed' : error.message,
      ),
    );
    this.ssh.once('close', () => this.ended());
    stdin.on('error', () => undefined);
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-MOST_SAID);
    });
    stdout.on('data', (bytes: Buffer) => {
      this.hasAnswered = true;
      if (!this.push(bytes)) stdout.pause();
    });
  }

  override _read(): void {
    this.ssh.stdout.resume();
  }

  override _write(bytes: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // What cannot be written is told by the end of ssh.
    this.ssh.stdin.write(bytes, encoding, () => done());
  }

  override _final(done: () => void): void {
    this.ssh.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.ssh.kill();
    done(error);
  }

  /** As sockets have it; ssh has settings of its own for this. */
  setKeepAlive(): this {
    return this;
  }

  private ended(): void {
    if (this.hasAnswered) this.push(null);
    else this.fail(lastLine(this.said) || 'ssh exits without an error message');
  }

  private fail(reason: string): void {
    const place = formatEndpoint(this.endpoint);
    const message = `The container engine at ${place} cannot be reached: ${reason}. Try \`ssh\` and \`docker\` with that address in a terminal.`;
    this.destroy(new DockerError('no-answer', message));
  }
}

/** `Connection refused` of `ssh: connect to host build.example port 22: Connection refused`. */
function lastLine(said: string): string {
  return (said.trim().split('\n').at(-1) ?? '').trim().replace(/\.$/, '');
}
