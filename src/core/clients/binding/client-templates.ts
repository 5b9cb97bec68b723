/** All texts of a client that may contain variables. */
import type { Client } from '../file/client.ts';
import { textsIn } from '../../requests/body/body.ts';
import { templatesIn } from './authorization.ts';
import type { Template } from '../../requests/template.ts';

export function templatesOf(client: Client): Template[] {
  const ofSubscriptions = [...client.subscriptions.values()].flatMap(({ url, query, headers, request }) => [
    url,
    ...query.map(([, value]) => value),
    ...headers.flatMap(([, value]) => templatesIn(value)),
    ...(request?.find ?? []).map((one) => one.url),
    ...(request?.body === undefined || request.body === 'none' ? [] : textsIn(request.body)),
  ]);
  return [...client.secrets, ...ofSubscriptions];
}
