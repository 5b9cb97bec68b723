/** The only place that opens destinations. All clients name urls today; a second kind would be chosen here. */
import type { Destination } from '../../core/delivery/destination.ts';
import type { ConnectionSettings } from '../network/agents.ts';
import type { NetworkPolicy } from '../network/network-policy.ts';
import { createHttpClient } from './webhook/send-webhook.ts';
import { webhookDestination, type WebhookSettings } from './webhook/webhook-destination.ts';

export interface DestinationSettings extends Pick<
  WebhookSettings,
  'redact' | 'hide' | 'userAgent' | 'mostTimeoutMs' | 'attempted'
> {
  readonly network: NetworkPolicy;
  readonly connections: ConnectionSettings;
  /** Aborts attempts in progress. */
  readonly cut: AbortSignal;
}

export interface OpenDestinations extends Destination {
  /** Limit for attempts in flight, so that file descriptors are left for everything else. */
  readonly maxInFlight: number;
  /** Closes all connections. */
  close(): void;
}

export function openDestinations(settings: DestinationSettings): OpenDestinations {
  const { network, connections, cut, redact, hide, userAgent, mostTimeoutMs, attempted } = settings;
  const http = createHttpClient(network, connections);
  const webhook = webhookDestination({
    attempt: (request) => http.attempt(request, cut),
    redact,
    hide,
    userAgent,
    mostTimeoutMs,
    ...(attempted && { attempted }),
    now: Date.now,
  });
  return {
    send: (sending) => webhook.send(sending),
    maxInFlight: http.maxInFlight,
    close: () => http.close(),
  };
}
