// `inside.ts ENGINE MTU COMMAND …`, in a network namespace of its own: starts the mirror and the engine, and runs
// the command with that engine as its DOCKER_HOST.
import { mirrorFolder } from '../../../test/support/stand-ins';
import { finish } from '../run';
import { type EngineKind, startEngine } from './engine';
import { serveMirror } from './mirror';

async function main([kind, mtu, command = '', ...args]: readonly string[]): Promise<number> {
  // The command gets the signal too, and its end is awaited.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  const folder = await mirrorFolder();
  const mirror = folder === undefined ? undefined : await serveMirror(folder);
  const engine = await startEngine(kind as EngineKind, { mtu: Number(mtu), mirror: mirror?.address });
  try {
    const env = { ...process.env, DOCKER_HOST: engine.host };
    return (await finish(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env })).code;
  } finally {
    await engine.stop();
  }
}

// Nothing that is still open, the mirror for one, keeps the process.
main(process.argv.slice(2)).then(
  code => process.exit(code),
  error => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
