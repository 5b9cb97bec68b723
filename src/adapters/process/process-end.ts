/**
 * What must not outlive the process: children, temporary folders, locks. Whoever opens one closes it, however its story
 * ends; this is for the ends that no story sees, such as a run that is told to end and does not.
 */
const open = new Set<() => void>();
/** Those that a run ends by itself after. */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** `close` is called as the process ends, unless the function that this gives is called before. It may not wait. */
export function closeAtProcessEnd(close: () => void): () => void {
  if (open.size === 0) process.once('exit', closeAll);
  open.add(close);
  return () => {
    open.delete(close);
    if (open.size === 0) process.removeListener('exit', closeAll);
  };
}

/** The last first: a child may be at work in a folder that was made before it. */
function closeAll(): void {
  for (const close of [...open].reverse()) {
    try {
      close();
    } catch {
      // the others are closed all the same
    }
  }
}

/**
 * Calls what may keep the whole process waiting. Meanwhile signals end it at once, as nobody here could hear them: not for
 * a time when something is under way.
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
