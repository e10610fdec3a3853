import { setFlagsFromString } from 'node:v8';

/**
 * What V8 is told for good, so that hundreds of open documents stay small: to leave the grammars to its simple
 * compiler (the other one takes 50 MB for their tables, and longer than most sessions parse), and to compile only what
 * runs for long: compiling takes 15 MB in its threads, and as much time as it saves in a few hundred files.
 */
const ALWAYS = ['--liftoff-only', '--no-sparkplug', compileLater()];

/** To keep the space for new objects small, and to collect when a fifth is garbage. */
const SPARING = ['--semi-space-growth-factor=1', '--heap-growing-percent=20', '--compact-on-every-full-gc'];

/** As V8 has them by itself: a model of many megabytes takes a third of the time in a heap that grows quickly. */
const ROOMY = ['--semi-space-growth-factor=2', '--heap-growing-percent=0', '--no-compact-on-every-full-gc'];

/** V8 counts what a function has run in bytes of its code up to version 11, and in calls since then. */
function compileLater(): string {
  const counts = Number(process.versions.v8.split('.')[0]) > 11;
  return counts ? '--invocation-count-for-turbofan=50000' : '--interrupt-budget=1000000';
}

let isSparing = false;
let isRoomy = false;

/**
 * To be called before anything large loads: that is the most that the space for new objects ever takes in. Where nobody
 * calls it, V8 works as it does by itself.
 */
export function spareMemory(): void {
  // Nobody says that Electron lets its flags be changed while it runs.
  if (process.versions.electron !== undefined) return;
  isSparing = true;
  tell([...ALWAYS, ...SPARING]);
}

/** Whether documents are open that are so long that their models are. */
export function makeRoom(wanted: boolean): void {
  if (!isSparing || wanted === isRoomy) return;
  isRoomy = wanted;
  tell(wanted ? ROOMY : SPARING);
}

function tell(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
