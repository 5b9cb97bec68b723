/** The broker of a client: whether it lets the client in and has what events go to and, if asked for, takes a sample. */
import type { OpenDestinations } from '../../adapters/destinations/open-destinations.ts';
import { hostInRule } from '../../adapters/network/network-policy.ts';
import type { BoundClient } from '../../core/clients/binding/bind-client.ts';
import { EXIT } from '../../errors.ts';
import { advice, failed, fine, type DoctorFinding } from './doctor-report.ts';
import { contactOf } from './receiver-remedies.ts';
import { allowHost } from './remedies.ts';
import { sampleOf } from './sample-sending.ts';

/** `path`: of the clients file. With `send` one event of the first type that the client subscribes to is published. */
export async function examineBroker(
  bound: BoundClient,
  destinations: Pick<OpenDestinations, 'probe' | 'send'>,
  path: string,
  send: boolean,
): Promise<readonly DoctorFinding[]> {
  const { client } = bound;
  const [type] = client.subscriptions.keys();
  const probed = await destinations.probe(bound);
  const answer =
    send && type !== undefined && probed.verdict === 'accepted'
      ? await destinations.send(sampleOf(type, bound))
      : probed;
  if (answer.verdict === 'accepted') {
    const what =
      answer === probed ? 'is there, and lets this client in; nothing was sent' : `took a sample of ${type}`;
    return [fine('receiver', `${answer.place}: ${what}`, client.name)];
  }
  const host = hostInRule(answer.reason);
  const entry = client.destination.kind === 'webhook' ? client : client.destination;
  const remedy =
    host === undefined
      ? [advice(`Ask whoever runs it${contactOf(bound)}. Or correct the entry at ${path}:${entry.line}.`)]
      : allowHost(host);
  return [
    failed(
      'receiver',
      answer.verdict === 'misconfigured' ? EXIT.usage : EXIT.behind,
      answer.reason,
      remedy,
      client.name,
    ),
  ];
}
