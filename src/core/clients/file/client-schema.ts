/** The schema of an entry of the clients file. */
import * as v from 'valibot';
import { globList } from '../../catalogue/configuration/globs.ts';
import { EVENT_TYPES } from '../../events/event-type.ts';
import { strictMapping } from '../../yaml/checked-file.ts';
import { auth } from './schema/auth-schema.ts';
import { durationSchema } from './duration.ts';
import { laneKeys } from './lane-keys.ts';
import { done, headers, query, requestEntries, success } from './schema/request-schema.ts';
import { template, text, URL_KEYWORDS } from './schema/template-schema.ts';
import { METHODS, WIRE_FORMATS } from './wire-format.ts';

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
const event = v.picklist(EVENT_TYPES, `expected one of ${EVENT_TYPES.join(', ')}`);
const format = v.pipe(
  v.picklist(WIRE_FORMATS, `expected one of ${WIRE_FORMATS.join(', ')}`),
  v.description('The shape of each request: json (the default), cloudevents, or what a product takes.'),
);
const timeout = v.pipe(
  durationSchema(1),
  v.description('Deadline of one attempt, such as 5s; the operator’s applies if it is shorter.'),
);
const teams = v.pipe(globList, v.description('Ids of teams as globs; ! excludes. Absent: all teams.'));
const tags = v.pipe(
  globList,
  v.description(
    'Only teams with one of these tags, as globs; ! excludes. For tags in a mapping: key or key=value.',
  ),
);

const subscriptionSchema = v.pipe(
  strictMapping({
    event: v.optional(v.pipe(event, v.description('The type of event that goes to this url.'))),
    events: v.optional(
      v.pipe(
        v.array(event, 'expected a list of event types, such as [team.created, team.deleted]'),
        v.nonEmpty('expected at least one event type, such as team.created'),
        v.metadata({ uniqueItems: true }),
        v.description('Shorthand for a subscription of each of these types.'),
      ),
    ),
    url: v.pipe(
      text,
      v.metadata(URL_KEYWORDS),
      v.description(
        'Where events go: https://host/path; ${VARIABLES} of this client may stand anywhere in it, ${paths} into the event ' +
          'as a part of its path or a value of its query.',
      ),
    ),
    method: v.optional(
      v.pipe(
        v.picklist(METHODS, `expected one of ${METHODS.join(', ')}`),
        v.description('Methods other than POST only with the formats json and cloudevents, or a body.'),
      ),
      'POST',
    ),
    query: v.optional(query, {}),
    headers: v.optional(headers, {}),
    auth: v.optional(auth),
    format: v.optional(format),
    timeout: v.optional(timeout),
    success: v.optional(success),
    done: v.optional(done, []),
    ...requestEntries,
    teams: v.optional(teams),
    tags: v.optional(tags),
  }),
  v.check(
    (one) => (one.event === undefined) !== (one.events === undefined),
    'expected either event or events',
  ),
  v.metadata({ oneOf: [{ required: ['event'] }, { required: ['events'] }] }),
);

export const clientSchema = strictMapping({
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
  timeout: v.optional(timeout),
  teams: v.optional(teams),
  tags: v.optional(tags),
  ...laneKeys,
  subscriptions: v.pipe(
    v.array(subscriptionSchema, 'expected a list of subscriptions, each with its event and its url'),
    v.nonEmpty('expected at least one subscription, with its event and its url'),
    v.description('One url for each type of event; types that are not named are not sent.'),
  ),
});

export type ClientInput = v.InferOutput<typeof clientSchema>;

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
