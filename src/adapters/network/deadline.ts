/** How long an attempt may take, whatever it waits for. */
import type { Progress } from './progress.ts';

/** Created once: a new error for each attempt would take a tenth of the attempt's time. */
const ENDED = new Error('the attempt has ended');

/**
 * Makes an attempt at `host`. The signal of its progress aborts after `timeoutMs`, when `stop` aborts, and when `attempt`
 * has ended, so that nothing of it continues.
 */
export async function withinDeadline<Result>(
  host: string,
  timeoutMs: number,
  stop: AbortSignal,
  attempt: (progress: Progress) => Promise<Result>,
): Promise<Result> {
  const end = new AbortController();
  const abort = (): void => end.abort(ENDED);
  // This timer keeps the process alive: an attempt that waits for nothing else would otherwise end silently.
  const deadline = setTimeout(abort, timeoutMs);
  stop.addEventListener('abort', abort);
  try {
    return await attempt({ signal: end.signal, host, addresses: [], state: 'resolving' });
  } finally {
    clearTimeout(deadline);
    stop.removeEventListener('abort', abort);
    abort();
  }
}

/** `promise`, but only until `signal` aborts. @throws the reason of the signal, or the error of `promise` */
export function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
