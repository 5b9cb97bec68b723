/** All texts of a client that may contain variables. */
import type { Client } from '../file/clients-file.ts';
import { templatesIn } from './authorization.ts';
import type { Template } from '../../requests/template.ts';

export function templatesOf(client: Client): Template[] {
  const ofSubscriptions = [...client.subscriptions.values()].flatMap(({ url, query, headers }) => [
    url,
    ...query.map(([, value]) => value),
    ...headers.flatMap(([, value]) => templatesIn(value)),
  ]);
  return [...client.secrets, ...ofSubscriptions];
}
