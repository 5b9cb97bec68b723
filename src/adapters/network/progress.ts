/** The progress of an attempt: written by its connections, used in its messages. */

export interface Progress {
  /** Aborts when the attempt ends, so that nothing of it continues. */
  readonly signal: AbortSignal;
  /** As in the url, with the port if it is not the default. */
  readonly host: string;
  /** The proxy, if one is used. */
  proxy?: string;
  /** The addresses being tried, or the one that accepted; unknown with a proxy. */
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

/** The host, and the addresses or the proxy unless the host names them already. */
export function whereIs({ host, proxy, addresses }: Progress): string {
  if (proxy !== undefined) return `${host} (through the proxy ${proxy})`;
  const unsaid = addresses.filter((address) => !host.includes(address));
  return unsaid.length === 0 ? host : `${host} (${unsaid.join(', ')})`;
}

/** What the attempt was waiting for. */
export function unfinished(progress: Progress): string {
  switch (progress.state) {
    case 'resolving':
      return `the name ${progress.host.replace(/:\d+$/, '')} was not resolved`;
    case 'connecting':
      return `${whereIs(progress)} accepted no connection`;
    case 'connected':
      return `${whereIs(progress)} accepted the connection and did not answer`;
  }
}
