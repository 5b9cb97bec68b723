/** What an answer refuses. Leaving out the event helps only where it is the event: the next one would meet the same. */
import { requiredVariables } from '../../../core/clients/binding/bind-client.ts';
import { webhooksOf, type Client } from '../../../core/clients/file/client.ts';
import type { LaneProblem } from '../../../core/delivery/lane/lane-result.ts';

export type RefusingClient = Pick<Client, 'name' | 'destination'>;

export type RefusedThing = 'event' | 'credentials' | 'address';

/** By the codes of Kafka: too large, its time, a policy of the topic, a record that the broker takes for invalid. */
const OF_KAFKA = new Map<number, RefusedThing>([
  ...[10, 18, 32, 44, 87].map((code) => [code, 'event'] as const),
  ...[29, 31, 33, 34, 54, 58].map((code) => [code, 'credentials'] as const),
  ...[3, 17].map((code) => [code, 'address'] as const),
]);
/** By the reply codes of AMQP: too large. 530: there is no such virtual host, or no right to it. 312: no queue is bound. */
const OF_RABBITMQ = new Map<number, RefusedThing>([
  ...[311, 406].map((code) => [code, 'event'] as const),
  ...[403, 530].map((code) => [code, 'credentials'] as const),
  ...[312, 402, 404, 540].map((code) => [code, 'address'] as const),
]);

/** undefined: nothing is refused for good, such as by a broker that is shut down or whose leader moves. */
export function refusedThing(
  { refused, status = 0, event }: LaneProblem,
  entry: RefusingClient,
): RefusedThing | undefined {
  if (refused !== true) return undefined;
  const { destination } = entry;
  if (destination.kind !== 'webhook')
    return (destination.kind === 'kafka' ? OF_KAFKA : OF_RABBITMQ).get(status);
  if (status >= 300 && status < 400) return 'address';
  if (status === 401 || status === 407) return 'credentials';
  const subscription = [...webhooksOf(entry).values()].find((one) => one.event === event?.type);
  // A request of its own may name what is there no more, or what this account may not touch: others are none the worse.
  if (subscription?.request !== undefined) return 'event';
  if (status === 403) return 'credentials';
  return status === 404 || status === 405 ? 'address' : 'event';
}

/** What to correct where it is not the event; `place` is that of its entry. */
export function correction(
  thing: Exclude<RefusedThing, 'event'>,
  entry: RefusingClient,
  place: string,
): string {
  if (thing === 'credentials') {
    const variables = requiredVariables(entry);
    const held = variables.length === 0 ? '' : `, whose variables are ${variables.join(', ')}`;
    return `It refuses the client, not this event alone: correct the secret or the rights of its entry, ${place}${held}.`;
  }
  return entry.destination.kind === 'webhook'
    ? `No event is taken at that address: correct the url in its entry, ${place}.`
    : `No event is taken there: correct its entry, ${place}, or what it names at the broker.`;
}
