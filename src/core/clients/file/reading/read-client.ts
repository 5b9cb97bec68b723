/** One entry of the clients file -> a client, or everything that is wrong with it. */
import * as v from 'valibot';
import type { EventType } from '../../../events/event-type.ts';
import type { Result } from '../../../result.ts';
import { describeIssues } from '../../../yaml/checked-file.ts';
import type { FileProblem } from '../../../yaml/file-problem.ts';
import type { NodePath, Position } from '../../../yaml/yaml-text.ts';
import type { Batch } from '../../batch.ts';
import { compileScope } from '../../scope.ts';
import { schemaOf, type BrokerClientInput, type WebhookClientInput } from '../client-schema.ts';
import type { Client, Subscription } from '../client.ts';
import { parallelOf, parallelProblem } from '../lane-keys.ts';
import { pathOfHalfCharacter } from './half-character.ts';
import { readBroker } from './read-broker.ts';
import { byType, readWebhooks } from './read-webhooks.ts';
import { createTemplateReader, type TemplateReader } from './template-reader.ts';

/** `entry` holds no cycle, and is not too large: see `tooLargeEntries`. */
export function readClient(
  entry: unknown,
  locate: (node: NodePath) => Position,
): Result<Omit<Client, 'indent'>, readonly FileProblem[]> {
  const half = pathOfHalfCharacter(entry);
  if (half !== undefined) {
    const message = 'the text is not valid Unicode: half a surrogate pair';
    return { ok: false, wrong: [{ ...locate(half), message }] };
  }
  const checked = v.safeParse(schemaOf(entry), entry);
  if (!checked.success) return { ok: false, wrong: describeIssues(checked.issues, locate) };
  const input = checked.output;
  const reader = createTemplateReader(locate);
  const { problem, lineOf } = reader;

  const alone = parallelProblem(input.order, input.parallel);
  if (alone !== undefined) problem(['parallel'], alone);
  const entries = subscriptionsOf(input, reader);
  const subscriptions = new Map<EventType, Subscription>();
  for (const [index, ofEntry] of entries.entries()) {
    for (const one of ofEntry) {
      if (subscriptions.has(one.event))
        problem(
          ['subscriptions', index],
          `${one.event} appears twice; a client has one endpoint per event type`,
        );
      subscriptions.set(one.event, one);
    }
  }
  const destination =
    'kafka' in input || 'rabbitmq' in input
      ? readBroker(input, reader)
      : readWebhooks(input, entries, reader);
  if (reader.problems.length > 0) return { ok: false, wrong: reader.problems };
  return {
    ok: true,
    value: {
      name: input.name,
      formerly: input.formerly,
      contact: input.contact,
      start: input.start,
      paused: input.paused,
      order: input.order,
      parallel: parallelOf(input.order, input.parallel),
      skip: new Set(input.skip),
      subscriptions: destination.kind === 'webhook' ? destination.subscriptions : byType(subscriptions),
      destination,
      line: lineOf([]),
    },
  };
}

/** All events of a client go to one topic, whatever their type and step: bytes as brokers take them by default. */
const OF_A_TOPIC: Batch = { within: 'range', most: 100, mostBytes: 900_000 };

/** Of each entry one for each type of event. */
function subscriptionsOf(
  input: WebhookClientInput | BrokerClientInput,
  { lineOf }: TemplateReader,
): readonly (readonly Subscription[])[] {
  const shared = compileScope(input);
  return input.subscriptions.map(({ event, events, teams, tags }, index) => {
    const scope =
      teams || tags ? compileScope({ teams: teams ?? input.teams, tags: tags ?? input.tags }) : shared;
    const types = event === undefined ? (events ?? []) : [event];
    const line = lineOf(['subscriptions', index]);
    return types.map((type) => ({
      event: type,
      scope,
      batch: 'kafka' in input ? OF_A_TOPIC : undefined,
      line,
    }));
  });
}
