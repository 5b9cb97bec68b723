/**
 * What a kind of broker does for its clients. Each is in a file of its own beside the program, which only runs with such
 * a client load; so it takes from here what it needs of the program, and imports nothing that must be there once.
 */
import type { Socket } from 'node:net';
import type { BoundBroker } from '../../../core/clients/binding/broker.ts';
import type { Client } from '../../../core/clients/file/client.ts';
import type { BrokerAddress } from '../../../core/clients/file/broker-rules.ts';
import type { Sending } from '../../../core/delivery/destination.ts';

/** What an attempt has of the program. */
export interface BrokerAttempt {
  /** Aborts when the attempt is out of time or the run is told to stop: its connection is then of no use any more. */
  readonly signal: AbortSignal;
  /** How long the attempt may take in all. */
  readonly timeoutMs: number;
  /**
   * Opens a connection to a broker, by TLS as the client says, under the network policy and through a proxy where one
   * is set. Its error is to be passed on as it is, or its message told: it names the host.
   */
  dial(address: BrokerAddress): Promise<DialledSocket>;
  /** Says what is waited for now, naming the host: told if the attempt runs out of time. */
  waitsFor(what: string): void;
  /** Says that so many of the first events are accepted, however the attempt ends. Too late once `signal` has aborted. */
  accepted(count: number): void;
}

export interface DialledSocket {
  readonly socket: Socket;
  /** The host with its address, for messages. */
  readonly where: string;
}

export type BrokerOutcome =
  | { readonly kind: 'accepted' }
  /**
   * `retry`: not accepted now, and perhaps later. `refused`: not before somebody has changed something; `misconfigured`:
   * that is the client's entry. The reason names the host. `code`: the broker's own, if it has one.
   */
  | {
      readonly kind: 'retry' | 'refused' | 'misconfigured';
      readonly reason: string;
      readonly code?: number | undefined;
      /** Nothing was sent, because it asks to be left alone for so long. */
      readonly retryAfterMs?: number | undefined;
      /** Fewer events at once may be taken. */
      readonly tooLarge?: boolean;
    };

/** The connection of one client to its broker, which is opened when it is needed. */
export interface Broker {
  /**
   * Publishes what is sent. What it rejects with counts as `retry`: an error of `dial`, or of the library. After any
   * failure it may be asked again, and connects again where it has to.
   */
  publish(sending: Sending, attempt: BrokerAttempt): Promise<BrokerOutcome>;
  /** Connects, and asks for the topic or the exchange, and whether it is one for the client; sends nothing. */
  probe(attempt: BrokerAttempt, client: Client): Promise<BrokerOutcome>;
  /** Closes the connection, soon and whatever the broker does. Never rejects. */
  close(): Promise<void>;
}

export interface BrokerOptions {
  /** Name and version of this program, for the broker's own lists of connections. */
  readonly userAgent: string;
}

export type OpenBroker<Destination extends BoundBroker> = (
  destination: Destination,
  options: BrokerOptions,
) => Broker;
