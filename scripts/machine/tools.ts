import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { cacheFolder, root } from './folders';
import { output } from './run';

/** The browser VS Code as installed on this machine: absolute paths. */
export interface Tools {
  /** Node in the major version that the VS Code server is made for. */
  readonly node: string;
  /** The entry point of VS Code's own server, which code-server's entry point wraps. */
  readonly server: string;
}

const manifest = join(root, 'tools');

/**
 * Installs `tools/package.json` into the cache folder unless it is there already. The folder's name holds a digest of
 * the manifest and its lock file, so another version is another folder; it is made elsewhere and renamed when complete,
 * so an interrupted installation is never taken for a good one.
 */
export async function installTools(): Promise<Tools> {
  const folder = await toolsFolder();
  if (existsSync(folder)) return toolsIn(folder);

  console.log('Installing the browser VS Code');
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    await cp(join(manifest, file), join(unfinished, file));
  }
  try {
    await install(unfinished);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another run may have been quicker.
    if (!existsSync(folder)) throw error;
  }
  return toolsIn(folder);
}

async function toolsFolder(): Promise<string> {
  const digest = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['package.json', 'package-lock.json'])
    digest.update(await readFile(join(manifest, file)));
  return join(cacheFolder, `tools-${digest.digest('hex').slice(0, 12)}`);
}

function toolsIn(folder: string): Tools {
  return {
    node: nodeIn(folder),
    server: join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js'),
  };
}

function nodeIn(folder: string): string {
  return join(folder, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * code-server's own install script compiles every native module of VS Code, for which a machine needs a compiler and
 * Kerberos headers, and two minutes. The server runs without: the modules it cannot do without (terminals, file
 * watching, search) come prebuilt. So nobody's scripts run but that of `node`, which fetches the binary, and of the
 * modules below, which are quick to compile.
 */
async function install(folder: string): Promise<void> {
  await npm(folder, process.env, 'ci', '--ignore-scripts', '--no-audit', '--no-fund');
  await npm(folder, process.env, 'rebuild', 'node');
  const environment = { ...process.env, PATH: `${dirname(nodeIn(folder))}${delimiter}${process.env.PATH}` };
  const server = join(folder, 'node_modules/code-server/lib/vscode');
  for (const part of [server, join(server, 'extensions')]) {
    await npm(part, environment, 'install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund');
  }
  await compile(server, { ...environment, npm_config_nodedir: await headersIn(folder) });
}

/** Log files and the watch over orphaned processes: the editor does without where there is no compiler. */
const compiled = ['@vscode/spdlog', '@vscode/native-watchdog'];

async function compile(server: string, environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    await npm(server, environment, 'rebuild', ...compiled);
  } catch {
    console.log(
      'The browser VS Code writes no log files: there is no compiler (on Debian, `build-essential`)',
    );
  }
}

/** The npm package of Node holds its headers beside the binary, which would be downloaded otherwise. */
async function headersIn(folder: string): Promise<string> {
  const packages = join(folder, 'node_modules/node/node_modules');
  const ofPlatform = (await readdir(packages)).find(name => existsSync(join(packages, name, 'include')));
  return join(packages, ofPlatform ?? '');
}

async function npm(cwd: string, env: NodeJS.ProcessEnv, ...args: string[]): Promise<void> {
  await output('npm', [...args, '--loglevel=error'], { cwd, env, shell: process.platform === 'win32' });
}
