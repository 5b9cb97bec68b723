/** The built program and a node of RabbitMQ, which is started once for all of it. */
import { afterAll, describe } from 'vitest';
import {
  hasRabbitmq,
  MAX_MESSAGE,
  startRabbitmq,
  type Rabbitmq,
} from '../../support/brokers/rabbitmq-node.ts';
import { createAuthority } from '../../support/certificates.ts';
import { consumers } from './rabbitmq/consumers.ts';
import { crashes } from './rabbitmq/crashes.ts';
import { deliveries } from './rabbitmq/deliveries.ts';
import { refusals } from './rabbitmq/refusals.ts';

let started: ReturnType<Rabbitmq> | undefined;
/** Within the first test that asks for it: the certificate is made in a folder of that test. */
const rabbitmq: Rabbitmq = () =>
  (started ??= (async () => {
    const authority = createAuthority();
    const node = await startRabbitmq(authority.issue('127.0.0.1'), [`max_message_size = ${MAX_MESSAGE}`]);
    return { node, authority: authority.pem };
  })());
afterAll(async () => (await started)?.node.stop(), 60_000);

describe.skipIf(!hasRabbitmq)('a client with an exchange', () => {
  deliveries(rabbitmq);
});
describe.skipIf(!hasRabbitmq)('what RabbitMQ does not accept', () => {
  refusals(rabbitmq);
});
describe.skipIf(!hasRabbitmq)('the examples of docs/brokers.md', () => {
  consumers(rabbitmq);
});
describe.skipIf(!hasRabbitmq)('of a history', () => {
  crashes(rabbitmq);
});
