import { setFlagsFromString } from 'node:v8';

/**
 * What V8 is told, so that hundreds of open documents stay small: to leave the grammars to its simple compiler (the
 * other one takes 50 MB for their tables, and longer than most sessions parse), to keep the space for new objects
 * small, to collect when a fifth is garbage, and to compile only what runs for long: compiling takes 15 MB in its
 * threads, and as much time as it saves where a session lints a few hundred files.
 */
const FLAGS = [
  '--liftoff-only',
  '--semi-space-growth-factor=1',
  '--heap-growing-percent=20',
  '--compact-on-every-full-gc',
  '--no-sparkplug',
  compileLater(),
];

/** V8 counts what a function has run in bytes of its code up to version 11, and in calls since then. */
function compileLater(): string {
  const counts = Number(process.versions.v8.split('.')[0]) > 11;
  return counts ? '--invocation-count-for-turbofan=50000' : '--interrupt-budget=1000000';
}

// When this module loads: what loads after it is the largest thing that the space for new objects ever takes in.
// Nobody says that Electron lets its flags be changed while it runs.
if (process.versions.electron === undefined) for (const flag of FLAGS) setFlagsFromString(flag);
