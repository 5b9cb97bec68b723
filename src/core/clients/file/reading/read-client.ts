/** One entry of the clients file -> a client, or everything that is wrong with it. */
import * as v from 'valibot';
import { EVENT_TYPES, type EventType } from '../../../events/event-type.ts';
import { variablesOf, type Template } from '../../../requests/template.ts';
import type { Result } from '../../../result.ts';
import { describeIssues } from '../../../yaml/checked-file.ts';
import type { FileProblem } from '../../../yaml/file-problem.ts';
import type { NodePath, Position } from '../../../yaml/yaml-text.ts';
import type { HeaderValue } from '../../binding/authorization.ts';
import { parseSecrets } from '../../binding/secret.ts';
import { compileScope } from '../../scope.ts';
import { clientSchema, type ClientInput } from '../client-schema.ts';
import type { Client, Subscription } from '../client.ts';
import { parallelOf, parallelProblem } from '../lane-keys.ts';
import { pathOfHalfCharacter } from './half-character.ts';
import { readRequest } from './read-request.ts';
import { createTemplateReader, type TemplateReader } from './template-reader.ts';
import { isPreset } from '../wire-format.ts';

/** `entry` holds no cycle, and is not too large: see `tooLargeEntries`. */
export function readClient(
  entry: unknown,
  locate: (node: NodePath) => Position,
): Result<Client, readonly FileProblem[]> {
  const half = pathOfHalfCharacter(entry);
  if (half !== undefined) {
    const message = 'the text is not valid Unicode: half a surrogate pair';
    return { ok: false, wrong: [{ ...locate(half), message }] };
  }
  const checked = v.safeParse(clientSchema, entry);
  if (!checked.success) return { ok: false, wrong: describeIssues(checked.issues, locate) };
  const input = checked.output;
  const reader = createTemplateReader(locate);
  const { problem, lineOf } = reader;

  const secrets = input.secrets.map((text, index) => {
    const secret = reader.template(text, ['secrets', index]);
    const isLiteral = secret.parts.length > 0 && variablesOf(secret).length === 0;
    const keys = isLiteral ? parseSecrets([text]) : undefined;
    if (keys?.ok === false) problem(['secrets', index], keys.wrong);
    return secret;
  });
  const alone = parallelProblem(input.order, input.parallel);
  if (alone !== undefined) problem(['parallel'], alone);
  const shared = headersAt(input, [], reader);
  const scope = compileScope(input);
  const subscriptions = new Map<EventType, Subscription>();
  for (const [index, subscription] of input.subscriptions.entries()) {
    const node: NodePath = ['subscriptions', index];
    const { method, success, done, body, teams = input.teams, tags = input.tags } = subscription;
    const format = subscription.format ?? input.format;
    if (method !== 'POST' && isPreset(format) && body === undefined)
      problem([...node, 'method'], `the format ${format} is sent by POST`);
    const url = reader.url(subscription.url, [...node, 'url']);
    const query = templates(subscription.query, [...node, 'query'], reader);
    const headers = [...new Map([...shared, ...headersAt(subscription, node, reader)])];
    const events = eventsOf(subscription);
    const described = {
      url,
      method,
      query,
      headers,
      format,
      batch: undefined,
      timeoutMs: subscription.timeout ?? input.timeout,
      success,
      done,
      request: readRequest(subscription, events, { url, query, headers }, node, reader),
      scope: subscription.teams || subscription.tags ? compileScope({ teams, tags }) : scope,
      line: lineOf(node),
    };
    for (const event of events) {
      if (subscriptions.has(event))
        problem(node, `${event} appears twice; a client has one endpoint per event type`);
      subscriptions.set(event, { event, ...described });
    }
  }
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
      secrets,
      subscriptions: new Map(EVENT_TYPES.flatMap((type) => withKey(type, subscriptions.get(type)))),
      line: lineOf([]),
    },
  };
}

const templates = (
  mapping: Readonly<Record<string, string>>,
  node: NodePath,
  reader: TemplateReader,
): (readonly [name: string, value: Template])[] =>
  Object.entries(mapping).map(([name, text]) => [name, reader.filled(text, [...node, name])]);

/** Headers by lower-case name, including the one made from `auth`. */
function headersAt(
  { headers, auth }: Pick<ClientInput, 'headers' | 'auth'>,
  node: NodePath,
  reader: TemplateReader,
): (readonly [name: string, value: HeaderValue])[] {
  const named = templates(headers, [...node, 'headers'], reader).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  if (auth === undefined) return named;
  const own = Object.keys(headers).find((name) => name.toLowerCase() === 'authorization');
  if (own !== undefined)
    reader.problem([...node, 'headers', own], 'auth sets this header already; keep one of the two');
  return [...named, ['authorization', authorization(auth, [...node, 'auth'], reader)]];
}

function authorization(
  { bearer, basic, oauth2 }: NonNullable<ClientInput['auth']>,
  node: NodePath,
  reader: TemplateReader,
): HeaderValue {
  if (bearer !== undefined) return reader.template(`Bearer ${bearer}`, [...node, 'bearer']);
  if (basic !== undefined) {
    const part = (key: 'username' | 'password'): Template =>
      reader.template(basic[key], [...node, 'basic', key]);
    return { line: reader.lineOf(node), username: part('username'), password: part('password') };
  }
  const place = [...node, 'oauth2'];
  const {
    url = '',
    id = '',
    secret = '',
    grant = 'client_credentials',
    username,
    password,
    scope,
  } = oauth2 ?? {};
  const part = (key: string, text: string): Template => reader.template(text, [...place, key]);
  return {
    line: reader.lineOf(place),
    oauth2: {
      url: reader.url(url, [...place, 'url']),
      id: part('id', id),
      secret: part('secret', secret),
      grant,
      username: username === undefined ? undefined : part('username', username),
      password: password === undefined ? undefined : part('password', password),
      scope: scope === undefined ? undefined : part('scope', scope),
    },
  };
}

const withKey = <Key, Value>(key: Key, value: Value | undefined): [Key, Value][] =>
  value === undefined ? [] : [[key, value]];

function eventsOf({ event, events }: ClientInput['subscriptions'][number]): readonly EventType[] {
  return event === undefined ? (events ?? []) : [event];
}
