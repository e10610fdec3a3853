import { everythingIsExpected } from '../../test/support/engine';
import { loadBaseImages } from '../../test/support/stand-ins';
import { startDaemon, startOwnDaemon } from './daemon';
import { fetchForeignPackages } from './foreign-packages';
import { buildGoPrograms } from './go-programs';
import { installTools } from './tools';

/**
 * The parts of the machine that tests use, beyond what a package manager installs. `npm run setup` makes all of them
 * ready, `npm run setup -- editor` only those that are named. What is ready already takes no time.
 */
const parts: Readonly<Record<string, () => Promise<unknown>>> = {
  editor: installTools,
  engine: async () => {
    await (everythingIsExpected ? startOwnDaemon() : startDaemon());
    await loadBaseImages();
  },
  foreign: fetchForeignPackages,
  today: buildGoPrograms,
};

async function prepare(name: string): Promise<void> {
  const part = parts[name];
  if (!part) throw new Error(`There is no part ${name}: ${Object.keys(parts).join(', ')}`);
  const began = performance.now();
  await part();
  console.log(`${name} ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

async function main(names: readonly string[]): Promise<void> {
  await Promise.all((names.length > 0 ? names : Object.keys(parts)).map(prepare));
}

main(process.argv.slice(2)).catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
