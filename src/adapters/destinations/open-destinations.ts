/** The one place where destinations are opened. Each client names urls today; a second kind is chosen here, by what the client names. */
import type { Destination, WhyUnsendable } from '../../core/delivery/destination.ts';
import type { ConnectionSettings } from '../network/agents.ts';
import type { NetworkPolicy } from '../network/network-policy.ts';
import { createHttpClient } from './webhook/send-webhook.ts';
import { unsendable, webhookDestination, type WebhookSettings } from './webhook/webhook-destination.ts';

export interface DestinationSettings extends Pick<WebhookSettings, 'redact' | 'userAgent' | 'mostTimeoutMs'> {
  readonly network: NetworkPolicy;
  readonly connections: ConnectionSettings;
  /** Aborts what is under way. */
  readonly cut: AbortSignal;
}

export interface OpenDestinations extends Destination {
  /** How many attempts may be in flight, so that descriptors are left for everything else. */
  readonly maxInFlight: number;
  /** Closes all connections. */
  close(): void;
}

export function openDestinations(settings: DestinationSettings): OpenDestinations {
  const { network, connections, cut, redact, userAgent, mostTimeoutMs } = settings;
  const http = createHttpClient(network, connections);
  const webhook = webhookDestination({
    attempt: (request) => http.attempt(request, cut),
    redact,
    userAgent,
    mostTimeoutMs,
    now: Date.now,
  });
  return {
    send: (sending) => webhook.send(sending),
    maxInFlight: http.maxInFlight,
    close: () => http.close(),
  };
}

/** Of any client, also of one whose variables are not known. */
export const unsendableTo: WhyUnsendable = unsendable;
