import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { editorAddress, remotePath, startEditorServer } from './machine/editor-server';
import { root } from './machine/folders';
import { finish } from './machine/run';
import { installTools } from './machine/tools';

const examples = join(root, 'examples');
/** The address stays the same from start to start, so that a browser tab can be loaded again. */
const port = 3579;

/** Opens the case studies with the extension in VS Code: on the desktop where there is one, else in the browser. */
async function main(): Promise<void> {
  await run(process.execPath, [join(root, 'scripts/bundle.mjs')]);
  if (await hasDesktop()) {
    await run('code', ['--new-window', `--extensionDevelopmentPath=${root}`, examples]);
    return;
  }
  await serve();
}

async function hasDesktop(): Promise<boolean> {
  const version = await finish('code', ['--version'], { shell: process.platform === 'win32' }).catch(
    () => undefined,
  );
  return version?.code === 0;
}

async function serve(): Promise<void> {
  const server = await startEditorServer(await installTools(), { port });
  console.log('\nPlimsoll is open on the case studies here, until you press Ctrl-C:\n');
  console.log(
    `  ${editorAddress(server, examples, { extensionDevelopmentPath: remotePath(server, root) })}\n`,
  );

  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), server.ended]);
  await server.stop();
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
}

main().catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
