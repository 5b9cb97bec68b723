/** All texts of a client that may contain variables. */
import { templatesOfBroker } from '../file/broker-entry.ts';
import type { Client } from '../file/client.ts';
import { textsIn } from '../../requests/body/body.ts';
import { templatesIn } from './authorization.ts';
import type { Template } from '../../requests/template.ts';

export function templatesOf({ destination }: Pick<Client, 'destination'>): readonly Template[] {
  if (destination.kind !== 'webhook') return templatesOfBroker(destination);
  const ofSubscriptions = [...destination.subscriptions.values()].flatMap(
    ({ url, query, headers, request }) => [
      url,
      ...query.map(([, value]) => value),
      ...headers.flatMap(([, value]) => templatesIn(value)),
      ...(request?.find ?? []).map((one) => one.url),
      ...(request?.body === undefined || request.body === 'none' ? [] : textsIn(request.body)),
    ],
  );
  return [...destination.secrets, ...ofSubscriptions];
}
