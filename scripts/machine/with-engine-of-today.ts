import { type ImageStore, startEngineOfToday } from './engine-of-today';
import { finish } from './run';

/** `with-engine-of-today.ts STORE COMMAND …`: runs a command whose DOCKER_HOST is an engine of today. */
async function main([store, command, ...args]: readonly string[]): Promise<void> {
  if ((store !== 'containerd' && store !== 'overlay2') || command === undefined)
    throw new Error('with-engine-of-today.ts containerd|overlay2 COMMAND …');
  const engine = await startEngineOfToday(store satisfies ImageStore);
  try {
    const env = { ...process.env, DOCKER_HOST: engine.host };
    const { code } = await finish(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
    process.exitCode = code;
  } finally {
    await engine.stop();
  }
}

main(process.argv.slice(2)).catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
