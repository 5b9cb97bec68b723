/** The schema of an entry of the clients file. */
import * as v from 'valibot';
import { strictMapping } from '../../yaml/checked-file.ts';
import { auth } from './schema/auth-schema.ts';
import { kafka, rabbitmq } from './schema/broker-schema.ts';
import { batch, laneKeys } from './lane-keys.ts';
import { headers } from './schema/request-schema.ts';
import {
  brokerSubscriptionSchema,
  format,
  KEYS_OF_WEBHOOKS,
  scopeKeys,
  subscriptionSchema,
  timeout,
} from './schema/subscription-schema.ts';
import { template, text } from './schema/template-schema.ts';

/** Safe in a git ref, a file name and the name of an environment variable. */
export const CLIENT_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const NAME_EXPECTED = 'expected lower case letters, digits and single hyphens, such as gitlab-groups';
/**
 * A branch, a tag or a commit id, as git names refs. Every other form of revision is refused: it may take minutes to
 * resolve (`:/REGEX`), or mean something else tomorrow or in another clone (`HEAD~2`, `main@{1}`).
 */
const REVISION =
  // eslint-disable-next-line no-control-regex
  /^(?!-|[./]|(?:[A-Z]+_)?HEAD$|@$)(?!.*(?:\.\.|\/\.|\/\/|@\{|\.lock(?:\/|$)))[^\u0000- \u007f~^:?*[\\]*[^\u0000- \u007f~^:?*[\\./]$/;
const REVISION_EXPECTED =
  'expected now, snapshot, root, a branch, a tag or a commit id (no HEAD, and nothing such as main~2, main@{1} or main:path)';
const name = v.pipe(
  text,
  v.maxLength(63, 'expected at most 63 characters'),
  v.regex(CLIENT_NAME, NAME_EXPECTED),
);
const sharedKeys = {
  name: v.pipe(
    name,
    v.description(
      'a-z, 0-9 and single hyphens; unique. Part of the names of its variables and of its cursor.',
    ),
  ),
  formerly: v.optional(
    v.pipe(name, v.description('Its earlier name: a renamed client takes over the cursor of that name.')),
  ),
  contact: v.optional(v.pipe(text, v.description('Whom to ask: shown if this client cannot be served.'))),
  start: v.optional(
    v.pipe(
      v.string(REVISION_EXPECTED),
      v.maxLength(255, 'expected at most 255 characters'),
      v.regex(REVISION, REVISION_EXPECTED),
      v.description(
        'Where it begins while it has no cursor: now, snapshot (the whole catalogue first), root (before the first commit), ' +
          'or a branch, a tag or a commit id.',
      ),
    ),
    'now',
  ),
  timeout: v.optional(timeout),
  ...scopeKeys,
  ...laneKeys,
};

const webhookClientSchema = strictMapping({
  ...sharedKeys,
  secrets: v.optional(
    v.pipe(
      v.array(template, 'expected a list of secrets, such as ["${SECRET}"]'),
      v.description(
        'Keys of the Standard Webhooks signatures, whsec_…: ${SECRET} is a variable that only this client can read. ' +
          'Several while one is rotated.',
      ),
    ),
    [],
  ),
  headers: v.optional(headers, {}),
  auth: v.optional(auth),
  format: v.optional(format, 'json'),
  batch: v.optional(batch, 'none'),
  subscriptions: v.pipe(
    v.array(subscriptionSchema, 'expected a list of subscriptions, each with its event and its url'),
    v.nonEmpty('expected at least one subscription, with its event and its url'),
    v.description('One url for each type of event; types that are not named are not sent.'),
  ),
});

const brokerKeys = {
  ...sharedKeys,
  subscriptions: v.pipe(
    v.array(brokerSubscriptionSchema, 'expected a list of subscriptions, each with its event'),
    v.nonEmpty('expected at least one subscription, with its event'),
    v.description('The types of events that go to the broker; types that are not named are not sent.'),
  ),
};
const MISPLACED = {
  ...KEYS_OF_WEBHOOKS,
  auth: 'auth belongs to webhooks; of a broker, rabbitmq has its own auth, and kafka has sasl',
};
const TWO_BROKERS = 'a client has one destination: write a second client for the other';
const kafkaClientSchema = strictMapping({ ...brokerKeys, kafka }, { ...MISPLACED, rabbitmq: TWO_BROKERS });
const rabbitmqClientSchema = strictMapping({ ...brokerKeys, rabbitmq }, MISPLACED);

/** Of any kind of destination. To check an entry, `schemaOf` says more precisely what is wrong with it. */
export const clientSchema = v.union([webhookClientSchema, kafkaClientSchema, rabbitmqClientSchema]);

export type WebhookClientInput = v.InferOutput<typeof webhookClientSchema>;
export type BrokerClientInput =
  v.InferOutput<typeof kafkaClientSchema> | v.InferOutput<typeof rabbitmqClientSchema>;

/** The schema of an entry, by the destination that it names. */
export function schemaOf(entry: unknown): v.GenericSchema<unknown, WebhookClientInput | BrokerClientInput> {
  const has = (key: string): boolean =>
    typeof entry === 'object' && entry !== null && Object.hasOwn(entry, key);
  if (has('kafka')) return kafkaClientSchema;
  return has('rabbitmq') ? rabbitmqClientSchema : webhookClientSchema;
}

/**
 * The schema of the document. Entries are checked one by one later, so that a mistake in one leaves out only that
 * client.
 */
export const clientsFileSchema = <Client extends v.GenericSchema>(client: Client) =>
  strictMapping({
    version: v.optional(v.pipe(v.literal(1, 'expected 1'), v.description('The version of this format.')), 1),
    clients: v.pipe(
      v.array(client, 'expected a list of clients, each with its name and its subscriptions'),
      v.description('The clients, and what each of them is sent.'),
    ),
  });
