// The only place of the command line that writes to standard output and standard error: see render.ts.
import { createHash } from 'node:crypto';
import { EXIT } from './exit';
import { type Output, render, renderLine, renderLines } from './format/render';

/** Prints what a command found. */
export function print(output: Output): void {
  process.stdout.write(render(output, process.stdout.isTTY === true ? 'colours' : 'plain'));
}

/** Prints help and versions: texts of several lines, ours but for what they quote of the arguments. */
export function printText(text: string): void {
  process.stdout.write(renderLines(text));
}

/**
 * Prints a unified diff. On a terminal every character is visible. Anywhere else the lines are those of the files, byte
 * for byte, so that `git apply` and `patch` can use them; names of files are visible there too.
 */
export function printPatch(patch: string): void {
  process.stdout.write(process.stdout.isTTY === true ? renderLines(patch) : asStepOutput(patch));
}

/**
 * In a step of a GitHub workflow a line of a file might be taken for a command. The runner is told to take none until it
 * hears a word that the patch cannot hold: it is the patch's own hash. Tools that apply patches pass over such lines.
 */
function asStepOutput(patch: string): string {
  if (process.env.GITHUB_ACTIONS !== 'true' || !/::|##\[/.test(patch)) return patch;
  const word = createHash('sha256').update(patch).digest('hex');
  return `::stop-commands::${word}\n${patch}${patch.endsWith('\n') ? '' : '\n'}::${word}::\n`;
}

/** Says a sentence on standard error. */
export function warn(message: string): void {
  process.stderr.write(`plimsoll: ${renderLine(message)}\n`);
}

/** Says on standard error what has several lines: where an error came from, the last words of a build. */
export function warnAtLength(message: string): void {
  process.stderr.write(`${renderLines(`plimsoll: ${message}`)}\n`);
}

/** Whether people look at standard error while a command runs. */
export function hasWatchers(): boolean {
  return process.stderr.isTTY === true;
}

/** Shows a text instead of the last one that was shown so; nothing takes it away. Only for a terminal. */
export function showInPlace(text: string): void {
  process.stderr.write(`\r\u001b[K${renderLine(text)}`);
}

/** Writes to standard error what the parser of the arguments has to say. */
export function warnAsIs(text: string): void {
  process.stderr.write(renderLines(text));
}

/** Ending is right for everything that leaves nothing behind. */
let whenUnread = (): void => process.exit();

/** Says what is done when the output is closed: the reader has read enough, as `head` does. */
export function onUnread(handler: () => void): void {
  whenUnread = handler;
}

/** The reader ended (EPIPE; EOF on Windows), its terminal was closed (EIO), its connection was (ECONNRESET). */
const NOBODY_READS: readonly (string | undefined)[] = ['EPIPE', 'EOF', 'EIO', 'ECONNRESET'];

/** To be called once, before anything is written. */
export function watchReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (NOBODY_READS.includes(error.code)) return whenUnread();
      // The disk is full, for example. What was found is not told, so it must not look like a result.
      if (stream === process.stdout) warn(`the output cannot be written: ${error.message}`);
      process.exit(EXIT.failed);
    });
  }
}
