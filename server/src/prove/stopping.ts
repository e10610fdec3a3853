/** The work was stopped before its end; it has cleaned up. */
export class Stopped extends Error {
  override readonly name = 'Stopped';

  /** @param exitCode for signals 128 and their number, as shells have it */
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** As of a program whose output is closed. */
const SIGPIPE = 141;
const FAILED = 2;

/**
 * In milliseconds: npm and others hand on the Ctrl-C that the whole group of processes gets, and a terminal that is
 * closed is told of twice. Two signals within this time are one.
 */
const SAME_SIGNAL = 500;

/** Calls back when the output is closed. */
export type WatchReader = (stop: () => void) => void;

/**
 * Runs work that cleans up after itself when its signal is aborted. It is aborted by Ctrl-C, by SIGTERM, by the end of
 * the terminal or of the reader of what is written, by the end of the program that started this one with a channel, and
 * by an error that nobody caught. A second Ctrl-C ends the process at once: the next run removes what that leaves.
 *
 * @throws Stopped where it was stopped; what the work throws
 */
export async function untilStopped<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  watchReader: WatchReader,
): Promise<Result> {
  const stopped = new AbortController();
  let first = Number.POSITIVE_INFINITY;
  const stop = (message: string, exitCode: number) => {
    if (!stopped.signal.aborted) first = performance.now();
    stopped.abort(new Stopped(message, exitCode));
  };
  const onSignal = (signal: NodeJS.Signals) => {
    const exitCode = SIGNALS[signal as keyof typeof SIGNALS];
    if (signal !== 'SIGHUP' && performance.now() - first > SAME_SIGNAL) process.exit(exitCode);
    stop('cancelled', exitCode);
  };
  const onDisconnect = () => stop('cancelled', FAILED);
  const onUncaught = (error: unknown) =>
    stop(error instanceof Error ? (error.stack ?? error.message) : String(error), FAILED);
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
  process.on('uncaughtException', onUncaught).on('unhandledRejection', onUncaught);
  if (process.connected) {
    process.once('disconnect', onDisconnect);
    // Listening alone would keep this process from ending with its work.
    process.channel?.unref();
  }
  watchReader(() => stop('the result is no longer needed', SIGPIPE));
  try {
    return await work(stopped.signal);
  } catch (error) {
    stopped.signal.throwIfAborted();
    throw error;
  } finally {
    // One that is being stopped may still be told so again before it ends.
    if (!stopped.signal.aborted) for (const signal of Object.keys(SIGNALS)) process.off(signal, onSignal);
    process.off('uncaughtException', onUncaught).off('unhandledRejection', onUncaught);
    process.off('disconnect', onDisconnect);
  }
}
