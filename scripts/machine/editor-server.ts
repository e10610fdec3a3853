import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { output } from './run';
import type { Tools } from './tools';

export interface EditorServer {
  /** The host and port, as in `127.0.0.1:41537`. */
  readonly authority: string;
  /** Settles when the server has ended by itself; never rejects. */
  readonly ended: Promise<void>;
  /** What the server has printed so far. */
  log(): string;
  /** Ends the server with everything that it started, and removes its data. */
  stop(): Promise<void>;
}

export interface EditorServerOptions {
  /** Added to the environment of the server, and so of the extension host. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A `.vsix` to install before the server starts. */
  readonly vsix?: string;
  /** User settings, beside those that keep the editor to itself. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Keyboard shortcuts of the user, as in `keybindings.json`. */
  readonly keybindings?: readonly { readonly key: string; readonly command: string }[];
  /** Whether workspaces are trusted without a question, which is what most tests want, or not at all. */
  readonly workspaces?: 'trusted' | 'untrusted';
  /** A port, where the address has to be the same every time; else any free one. */
  readonly port?: number;
}

/** An editor that shows nothing but the files and the extension, and asks nothing. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'security.workspace.trust.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Every workspace is in restricted mode, and nobody is asked. */
const untrusted = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.emptyWindow': false,
};

/** Starts VS Code's server with fresh data folders, reachable from this machine only. Resolves when it listens. */
export async function startEditorServer(
  tools: Tools,
  options: EditorServerOptions = {},
): Promise<EditorServer> {
  const data = await mkdtemp(join(tmpdir(), 'plimsoll-editor-'));
  const folders = [
    '--accept-server-license-terms',
    ...['--server-data-dir', join(data, 'server')],
    ...['--user-data-dir', join(data, 'user')],
    ...['--extensions-dir', join(data, 'extensions')],
  ];
  await writeUserData(join(data, 'user/User'), options);
  if (options.vsix) await output(tools.node, [tools.server, ...folders, '--install-extension', options.vsix]);
  const server = spawn(tools.node, [tools.server, ...folders, ...serverArguments(options)], {
    // A process group of its own, so that one signal reaches the extension host and all that it started.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.environment },
  });
  const killWithUs = () => killGroup(server, 'SIGKILL');
  process.once('exit', killWithUs);

  let log = '';
  const ended = new Promise<void>(resolve => server.once('close', () => resolve()));
  const stop = async () => {
    process.off('exit', killWithUs);
    killGroup(server, 'SIGKILL');
    await ended;
    await rm(data, { recursive: true, force: true, maxRetries: 5 });
  };
  const listening = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      log += chunk.toString();
      const port = /listening on (\d+)/.exec(log)?.[1];
      if (port) resolve(`127.0.0.1:${port}`);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('error', reject);
    server.once('close', code => reject(new Error(`VS Code's server ended with ${code}\n${log}`)));
  });
  try {
    return { authority: await listening, ended, log: () => log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function isTrusted({ workspaces }: EditorServerOptions): boolean {
  return workspaces !== 'untrusted';
}

/** What a person would have set in their editor. */
async function writeUserData(folder: string, options: EditorServerOptions): Promise<void> {
  const settings = { ...quietSettings, ...(isTrusted(options) ? {} : untrusted), ...options.settings };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
  if (options.keybindings)
    await writeFile(join(folder, 'keybindings.json'), JSON.stringify(options.keybindings, undefined, 2));
}

function serverArguments(options: EditorServerOptions): string[] {
  return [
    ...['--host', '127.0.0.1'],
    ...['--port', String(options.port ?? 0)],
    '--without-connection-token',
    '--enable-smoke-test-driver',
    '--disable-telemetry',
    ...(isTrusted(options) ? ['--disable-workspace-trust'] : []),
  ];
}

/** The address of the editor on a folder of this machine; `payload` is what VS Code's web client takes. */
export function editorAddress(
  server: EditorServer,
  workspace: string,
  payload: Readonly<Record<string, string>> = {},
): string {
  const address = new URL(`http://${server.authority}/`);
  address.searchParams.set('folder', workspace);
  address.searchParams.set('payload', JSON.stringify(Object.entries(payload)));
  return address.href;
}

/** A path of this machine, as the payload names it. */
export function remotePath(server: EditorServer, path: string): string {
  return `vscode-remote://${server.authority}${path}`;
}

function killGroup(server: ChildProcess, signal: NodeJS.Signals): void {
  if (server.pid === undefined) return;
  try {
    process.kill(-server.pid, signal);
  } catch {
    // The whole group has ended already.
  }
}
