/** Which subscriptions of a client have one endpoint, so that their events may go together. */
import type { EventType } from '../../../events/event-type.ts';
import type { NodePath } from '../../../yaml/yaml-text.ts';
import type { Batch } from '../../batch.ts';
import type { WebhookSubscription } from '../client.ts';
import type { WebhookClientInput } from '../client-schema.ts';
import { BATCHED_FORMATS } from '../wire-format.ts';
import type { TemplateReader } from './template-reader.ts';

type Endpoint = Omit<WebhookSubscription, 'event' | 'batch' | 'scope' | 'line'>;

const MOST_EVENTS = 100;
/** Of a body. */
const MOST_BYTES = 1024 * 1024;
const BRACKETS = 2;

/**
 * Gives equal endpoints, as the file writes them, the same batch. What cannot be sent together is a problem at `node`.
 * A message for a channel lists no more than fits, so it holds as many events as there are.
 */
export function createBatchReader(
  { problem }: Pick<TemplateReader, 'problem'>,
  { subscriptions }: Pick<WebhookClientInput, 'subscriptions'>,
): (endpoint: Endpoint, types: readonly EventType[], node: NodePath) => Batch {
  const known = new Map<string, Batch>();
  const bringsMembers = subscriptions.some(
    ({ each, event, events = [] }) =>
      each !== undefined && [event, ...events].some((type) => type?.startsWith('team.members.')),
  );
  return (endpoint, types, node) => {
    const { format, method, request, headers } = endpoint;
    if (request !== undefined)
      problem(
        node,
        'batch: step sends events as they are, and this request is made of one event; give the subscription batch: none',
      );
    else if (!BATCHED_FORMATS.includes(format))
      problem(
        node,
        `batch: step is for the formats ${BATCHED_FORMATS.join(', ')}; give the subscription, in the format ${format}, batch: none`,
      );
    else if (method === 'DELETE')
      problem(node, 'a DELETE is of one event; give the subscription batch: none');
    const alone = types.find((type) => type === 'team.created' || type === 'team.modified');
    if (bringsMembers && request === undefined && alone !== undefined)
      problem(
        node,
        `${alone} brings requests for members along, because of each in another subscription, so it goes alone; give this one batch: none`,
      );
    const sorted = headers.toSorted(([one], [other]) => (one < other ? -1 : 1));
    const key = JSON.stringify({ ...endpoint, headers: sorted }, (name, value: unknown) =>
      name === 'line' ? undefined : value,
    );
    const batch: Batch = known.get(key) ?? {
      within: 'step',
      most: format === 'slack' ? Infinity : MOST_EVENTS,
      mostBytes: format === 'slack' ? Infinity : MOST_BYTES - BRACKETS,
    };
    known.set(key, batch);
    return batch;
  };
}
