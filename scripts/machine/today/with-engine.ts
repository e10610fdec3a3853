// `npm run with-engine -- ENGINE COMMAND …` runs a command whose DOCKER_HOST is another engine than the machine's own:
// the one of today, which keeps its images in `containerd` or `overlay2`, or `podman`. It starts empty and leaves nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { engineKinds, missingEngineOfKind } from './engine';
import { makeNamespace } from './network';

async function main([name, ...command]: readonly string[]): Promise<void> {
  const kind = engineKinds.find(it => it === name);
  if (kind === undefined || command.length === 0)
    throw new Error(`with-engine ${engineKinds.join('|')} COMMAND …`);
  const missing = missingEngineOfKind(kind);
  if (missing !== undefined) throw new Error(missing);
  const namespace = await makeNamespace();
  try {
    const inside = ['--import', 'tsx', join(__dirname, 'inside.ts'), kind, `${namespace.mtu}`, ...command];
    const enter = [...namespace.enter, 'setpriv', '--pdeathsig', 'KILL'];
    const child = spawn('nsenter', [...enter, process.execPath, ...inside], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
    const [code] = (await once(child, 'exit')) as [number | null];
    process.exitCode = code ?? 1;
  } finally {
    await namespace.remove();
  }
}

main(process.argv.slice(2)).catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
