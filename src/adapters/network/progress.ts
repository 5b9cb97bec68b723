/** How far an attempt has come: its connections write it, its messages tell it. */

export interface Progress {
  /** Aborts when the attempt ends: nothing of it goes on. */
  readonly signal: AbortSignal;
  /** As the url has it, with the port where it is not the usual one. */
  readonly host: string;
  /** Where it is asked for the way. */
  proxy?: string;
  /** What is dialled, or what took the connection; of a proxy they are not told. */
  addresses: readonly string[];
  state: 'resolving' | 'connecting' | 'connected';
}

export function dialling(progress: Progress, addresses: readonly string[]): void {
  progress.state = 'connecting';
  progress.addresses = addresses;
}

export function connected(progress: Progress, address: string | undefined): void {
  progress.state = 'connected';
  progress.addresses = address === undefined ? [] : [address];
}

/** The host, and how it is reached where it does not say that itself. */
export function whereIs({ host, proxy, addresses }: Progress): string {
  if (proxy !== undefined) return `${host} (through the proxy ${proxy})`;
  const unsaid = addresses.filter((address) => !host.includes(address));
  return unsaid.length === 0 ? host : `${host} (${unsaid.join(', ')})`;
}

/** Where its time has gone. */
export function unfinished(progress: Progress): string {
  switch (progress.state) {
    case 'resolving':
      return `the name ${progress.host.replace(/:\d+$/, '')} was not resolved`;
    case 'connecting':
      return `${whereIs(progress)} took no connection`;
    case 'connected':
      return `${whereIs(progress)} took the connection and did not answer`;
  }
}

/** `promise`, but no longer than until `signal` aborts. @throws the reason of the signal, or what `promise` does */
export function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
