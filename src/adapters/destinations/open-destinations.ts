/** The only place that opens destinations: webhooks, and brokers, which are loaded by runs that have one. */
import type { BoundClient } from '../../core/clients/binding/bind-client.ts';
import type { Answer, Destination } from '../../core/delivery/destination.ts';
import type { ConnectionSettings } from '../network/agents.ts';
import type { NetworkPolicy } from '../network/network-policy.ts';
import { createBrokerDials } from './broker/broker-dial.ts';
import { brokerDestination, type BrokerDestination } from './broker/broker-destination.ts';
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
  /** Connects to the broker of a client, and asks whether there is what events are sent to; sends nothing. */
  probe(client: BoundClient): Promise<Answer>;
  /** Closes all connections; ends soon, whatever is at their other ends. */
  close(): Promise<void>;
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
  let opened: BrokerDestination | undefined;
  const brokers = (): BrokerDestination =>
    (opened ??= brokerDestination({
      dials: createBrokerDials(network, connections),
      cut,
      redact,
      userAgent,
      mostTimeoutMs,
      attempted,
      now: Date.now,
    }));
  return {
    send: (sending) =>
      sending.client.destination.kind === 'webhook' ? webhook.send(sending) : brokers().send(sending),
    maxInFlight: http.maxInFlight,
    probe: (client) => brokers().probe(client),
    async close() {
      http.close();
      await opened?.close();
    },
  };
}
