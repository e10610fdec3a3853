// `npm run with-engine -- STORE COMMAND …` runs a command whose DOCKER_HOST is an engine of today, which keeps its
// images in STORE: containerd or overlay2.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { missingProgram } from '../go-programs';
import { type ImageStore, imageStores } from './engine';
import { makeNamespace } from './network';

async function main([store, ...command]: readonly string[]): Promise<void> {
  if (!imageStores.includes(store as ImageStore) || command.length === 0)
    throw new Error(`with-engine ${imageStores.join('|')} COMMAND …`);
  const missing = missingProgram('dockerd');
  if (missing !== undefined) throw new Error(missing);
  const namespace = await makeNamespace();
  try {
    const inside = [
      '--import',
      'tsx',
      join(__dirname, 'inside.ts'),
      store as string,
      `${namespace.mtu}`,
      ...command,
    ];
    const child = spawn('nsenter', [...namespace.enter, process.execPath, ...inside], { stdio: 'inherit' });
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
