/**
 * Closes what must not outlive the process: children, temporary folders, locks. Normally whoever opens one also closes
 * it; this is for every other end, such as a run that was told to stop and did not.
 */
const open = new Set<() => void>();
/** Signals after which a run normally ends by itself. */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** Calls `close` when the process ends, unless the returned function is called before. `close` must be synchronous. */
export function closeAtProcessEnd(close: () => void): () => void {
  if (open.size === 0) process.once('exit', closeAll);
  open.add(close);
  return () => {
    open.delete(close);
    if (open.size === 0) process.removeListener('exit', closeAll);
  };
}

/** Last opened, first closed: a child may be using a folder that was made before it. */
function closeAll(): void {
  for (const close of [...open].reverse()) {
    try {
      close();
    } catch {
      // the others are closed anyway
    }
  }
}

/**
 * Calls a function that may block the whole process. Meanwhile signals end the process at once, because no handler
 * could run; so it must not be used while something is in progress.
 */
export function endedBySignals<Result>(act: () => Result): Result {
  const listeners = SIGNALS.map((signal) => [signal, process.listeners(signal)] as const);
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  try {
    return act();
  } finally {
    for (const [signal, all] of listeners) for (const listener of all) process.on(signal, listener);
  }
}
