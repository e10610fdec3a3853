const HELD: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Does something that must not end half-way. A signal that comes meanwhile only aborts the one that is handed in; when
 * all is done or taken back, it ends the process as it would have.
 */
export async function holdingSignals<Result>(act: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const held = new AbortController();
  let received: NodeJS.Signals | undefined;
  const hold = (name: NodeJS.Signals) => {
    received ??= name;
    held.abort(new Error(`${name} ended it`));
  };
  for (const name of HELD) process.on(name, hold);
  try {
    return await act(held.signal);
  } finally {
    for (const name of HELD) process.off(name, hold);
    if (received) process.kill(process.pid, received);
  }
}
