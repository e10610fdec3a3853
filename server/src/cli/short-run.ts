import { setFlagsFromString } from 'node:v8';

/**
 * What V8 is told for a command that ends with its work, to be called before anything large loads.
 *
 * Its optimising compilers work in the background, and the end of a command waits for them: half a second and more for the
 * largest function of the bash grammar, which saves a thousandth of that in an ordinary file. So the grammars are left to the
 * simple compiler, which is fast enough for thousands of files, and JavaScript is compiled again only where it runs for
 * long.
 */
export function expectShortRun(): void {
  for (const flag of ['--liftoff-only', ...optimiseLater()]) setFlagsFromString(flag);
}

/**
 * Four times what V8 has by itself: one file stays below, a folder of them does not. V8 counts what a function has run in
 * bytes of its code up to version 11, and in calls since then.
 */
function optimiseLater(): readonly string[] {
  const counts = Number(process.versions.v8.split('.')[0]) > 11;
  return counts
    ? ['--invocation-count-for-turbofan=20000', '--invocation-count-for-maglev=3000']
    : ['--interrupt-budget=300000'];
}
