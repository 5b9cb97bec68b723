/**
 * Opens brokers by their kind. To add one: a folder beside this one, a line here, and its file in `scripts/build.mjs`:
 * each is built into a file of its own, so that runs without such a client load nothing of it.
 */
import type { BoundBroker } from '../../../core/clients/binding/broker.ts';
import type { Broker, BrokerOptions } from './broker.ts';

export async function openBroker(destination: BoundBroker, options: BrokerOptions): Promise<Broker> {
  switch (destination.kind) {
    case 'kafka':
      return (await import('../kafka/kafka-broker.ts')).openKafka(destination, options);
    case 'rabbitmq':
      return (await import('../rabbitmq/rabbitmq-broker.ts')).openRabbitmq(destination, options);
  }
}
