import { setFlagsFromString } from 'node:v8';

/**
 * What V8 is told for good, so that hundreds of open documents stay small: to leave the grammars to its simple
 * compiler (the other one takes 50 MB for their tables, and longer than most sessions parse), and to compile only what
 * runs for long: compiling takes 15 MB in its threads, and as much time as it saves in a few hundred files. The space for
 * new objects is so small that threads wait for each other for longer than they collect.
 */
const ALWAYS = ['--liftoff-only', '--no-sparkplug', '--no-parallel-scavenge', compileLater()];

/** To close the gaps that what is collected leaves, each time: it takes six times as long as to collect. */
const COMPACT = '--compact-on-every-full-gc';
const LEAVE_GAPS = '--no-compact-on-every-full-gc';

/** To keep the space for new objects small, and to collect when a fifth is garbage. */
const SPARING = ['--semi-space-growth-factor=1', '--heap-growing-percent=20', COMPACT];

/** As V8 has them by itself: a model of many megabytes takes a third of the time in a heap that grows quickly. */
const ROOMY = ['--semi-space-growth-factor=2', '--heap-growing-percent=0', LEAVE_GAPS];

/** V8 counts what a function has run in bytes of its code up to version 11, and in calls since then. */
function compileLater(): string {
  const counts = Number(process.versions.v8.split('.')[0]) > 11;
  return counts ? '--invocation-count-for-turbofan=50000' : '--interrupt-budget=1000000';
}

let isSparing = false;
let isRoomy = false;
let isCompact = true;

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
  isCompact = !wanted;
  tell(wanted ? ROOMY : SPARING);
}

/** To be called where somebody types and waits: one model takes the place of another one of its size. */
export function leaveGaps(): void {
  if (!isSparing || !isCompact) return;
  isCompact = false;
  tell([LEAVE_GAPS]);
}

/** To be called where many documents are looked through and nobody waits. */
export function closeGaps(): void {
  if (!isSparing || isRoomy || isCompact) return;
  isCompact = true;
  tell([COMPACT]);
}

function tell(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
