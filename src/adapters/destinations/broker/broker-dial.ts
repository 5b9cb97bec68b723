/** Connections to brokers, under the rules of the network, with messages that name the broker. */
import type { Socket } from 'node:net';
import type { BoundBroker } from '../../../core/clients/binding/broker.ts';
import type { BrokerAddress } from '../../../core/clients/file/broker-rules.ts';
import { UsageError } from '../../../errors.ts';
import type { ConnectionSettings } from '../../network/agents.ts';
import { createConnections } from '../../network/connections.ts';
import { ForbiddenError, reasonOf, type Doubts } from '../../network/failure.ts';
import { createNames } from '../../network/names/names.ts';
import type { NetworkPolicy } from '../../network/network-policy.ts';
import { whereIs, type Progress } from '../../network/progress.ts';
import { createStreams } from '../../network/streams.ts';

/** A broker could not be connected to; the message says which, and why. */
export class BrokerDialError extends Error {
  /** The network policy forbids it, or the proxy that is set cannot be used. */
  readonly isForbidden: boolean;
  /** Node's or OpenSSL's, if there is one. */
  readonly code: string;

  constructor(error: unknown, progress: Progress, doubts: Doubts) {
    const isForbidden = error instanceof ForbiddenError || error instanceof UsageError;
    super(isForbidden ? error.message : `${whereIs(progress)}: ${reasonOf(error, doubts)}`);
    this.isForbidden = isForbidden;
    const { code } = error as { readonly code?: unknown };
    this.code = typeof code === 'string' ? code : '';
  }
}

export interface BrokerDials {
  /** `progress` is of this connection alone. @throws {BrokerDialError}, or the reason of the signal of `progress` */
  dial(address: BrokerAddress, by: Pick<BoundBroker, 'kind' | 'tls'>, progress: Progress): Promise<Socket>;
  /** Ends the processes that resolve names. */
  close(): void;
}

const DOUBTS: Readonly<Record<BoundBroker['kind'], Doubts>> = {
  rabbitmq: {
    place: 'are host and port of the url right (amqps:// has 5671, amqp:// 5672, if it names none)?',
    tls: 'is it the port of amqps:// (5671)? Without TLS the url begins with amqp://',
  },
  kafka: {
    place: 'are host and port right, in brokers or as the cluster advertises them?',
    tls: 'is it the port with TLS? Without TLS the entry says tls: false',
  },
};

const SCHEMES = { rabbitmq: 'amqp', kafka: 'kafka' } as const;

export function createBrokerDials(policy: NetworkPolicy, settings: ConnectionSettings): BrokerDials {
  const names = createNames();
  const streams = createStreams(policy, settings, createConnections(), names.resolve);
  return {
    async dial({ host, port }, { kind, tls }, progress) {
      try {
        const encryption = tls === false ? undefined : tls === true ? {} : tls;
        return await streams.open({ scheme: SCHEMES[kind], host, port, tls: encryption }, progress);
      } catch (error) {
        throw progress.signal.aborted ? error : new BrokerDialError(error, progress, DOUBTS[kind]);
      }
    },
    close: () => names.close(),
  };
}
