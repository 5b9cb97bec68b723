/** The text of the clients file -> its clients, and the misconfigured ones with all their problems. */
import * as v from 'valibot';
import { ClientsFileError } from '../../../errors.ts';
import { type EventType, EVENT_TYPES } from '../../events/event-type.ts';
import type { Result } from '../../result.ts';
import { describeIssues, parseCheckedFile } from '../../yaml/checked-file.ts';
import { placed, type FileProblem } from '../../yaml/file-problem.ts';
import type { NodePath, Position } from '../../yaml/yaml-text.ts';
import type { HeaderValue } from '../binding/authorization.ts';
import { parseSecrets } from '../binding/secret.ts';
import { parseTemplate, strayBraces, variablesOf, type Template } from '../../requests/template.ts';
import { compileScope, type Scope } from '../scope.ts';
import { clientSchema, clientsFileSchema, type ClientInput } from './client-schema.ts';
import { tooLargeEntries } from './entry-bounds.ts';
import { pathOfHalfCharacter } from './half-character.ts';
import type { LaneOrder } from './lane-keys.ts';
import { urlProblem } from './url-rules.ts';
import { isPreset, type Method, type WireFormat } from './wire-format.ts';

/** One event type of one client, and the endpoint that receives it. */
export interface Subscription {
  readonly event: EventType;
  readonly url: Template;
  readonly method: Method;
  readonly query: readonly (readonly [name: string, value: Template])[];
  /** Headers of the client and the subscription (the subscription's win); names in lower case. */
  readonly headers: readonly (readonly [name: string, value: HeaderValue])[];
  readonly format: WireFormat;
  readonly timeoutMs: number | undefined;
  /** Statuses of 2xx that count as accepted; undefined if all do. */
  readonly success: readonly number[] | undefined;
  /** More statuses that count as accepted, because the receiver already has the change (409, say). */
  readonly done: readonly number[];
  /** The teams it covers; undefined if it covers all. */
  readonly scope: Scope | undefined;
  readonly line: number;
}

export interface Client {
  readonly name: string;
  readonly formerly: string | undefined;
  readonly contact: string | undefined;
  /** Where the client begins if it has no cursor: `now`, `snapshot`, `root`, or a branch, a tag or a commit id. */
  readonly start: string;
  readonly paused: boolean;
  /** Whether each event waits for the one before it, or only for that of its own team. */
  readonly order: LaneOrder;
  /** How many of its requests may be under way at once. */
  readonly parallel: number;
  /** Ids of events that a person chose to skip. */
  readonly skip: ReadonlySet<string>;
  readonly secrets: readonly Template[];
  readonly subscriptions: ReadonlyMap<EventType, Subscription>;
  readonly line: number;
}

export interface MisconfiguredClient {
  readonly name: string;
  readonly contact: string | undefined;
  readonly line: number;
  readonly problems: readonly FileProblem[];
}

export interface ClientsFile {
  readonly clients: readonly Client[];
  readonly misconfigured: readonly MisconfiguredClient[];
}

const fileSchema = clientsFileSchema(v.unknown());

/**
 * Parses a clients file; `path` is used in messages. A client with a problem is left out, the others are kept.
 * @throws {ClientsFileError} if the document itself is invalid, or two clients have the same name
 */
export function parseClientsFile(text: string, path: string): ClientsFile {
  const { problems, ...file } = readClients(text);
  if (problems.length === 0) return file;
  throw new ClientsFileError(
    path,
    problems.map((problem) => placed(path, problem)),
  );
}

/** As `parseClientsFile`, but returns `problems` where that throws: with any of them the file cannot be used at all. */
export function readClients(text: string): ClientsFile & { readonly problems: readonly FileProblem[] } {
  const file = parseCheckedFile(text, fileSchema, { hasEntries: true });
  if (!file.ok) return { clients: [], misconfigured: [], problems: firstOf(file.wrong) };
  const { content, locate: locateInFile } = file.value;
  const clients: Client[] = [];
  const misconfigured: MisconfiguredClient[] = [];
  const placesByName = new Map<string, Position[]>();
  const tooLarge = tooLargeEntries(content.clients, text.length);
  for (const [index, entry] of content.clients.entries()) {
    const locate = (node: NodePath): Position => locateInFile(['clients', index, ...node]);
    const place = locate([]);
    const message = tooLarge.get(index);
    const read =
      message === undefined
        ? readClient(entry, locate)
        : { ok: false as const, wrong: [{ ...place, message }] };
    const name = nameOf(entry) ?? `(client ${index + 1})`;
    placesByName.set(name, [...(placesByName.get(name) ?? []), place]);
    if (read.ok) clients.push(read.value);
    else {
      const problems = firstOf(read.wrong);
      misconfigured.push({ name, contact: contactOf(entry), line: place.line, problems });
    }
  }
  const problems = [...placesByName].flatMap(([name, [first, ...others]]) =>
    others.map((place) => ({
      ...place,
      message: `the client ${name} is already on line ${first?.line}`,
    })),
  );
  return { clients, misconfigured, problems: firstOf(problems) };
}

const TOLD = 20;

/** The first 20 problems, and a count of the rest. */
function firstOf(problems: readonly FileProblem[]): readonly FileProblem[] {
  const [next, ...more] = problems.slice(TOLD);
  if (next === undefined) return problems;
  return [...problems.slice(0, TOLD), { ...next, message: `… and ${more.length + 1} more problems` }];
}

const textAt = (entry: unknown, key: string): string | undefined => {
  const value: unknown = typeof entry === 'object' && entry !== null ? Reflect.get(entry, key) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
};
const nameOf = (entry: unknown): string | undefined => textAt(entry, 'name');
const contactOf = (entry: unknown): string | undefined => textAt(entry, 'contact');

function readClient(
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
  const problems: FileProblem[] = [];
  const problem = (node: NodePath, message: string): void => void problems.push({ ...locate(node), message });

  const template = (text: string, node: NodePath, isUrl = false): Template => {
    const { line } = locate(node);
    const parsed = parseTemplate(text, line);
    const wrong = parsed.ok ? strayBraces(parsed.value, isUrl) : parsed.wrong;
    if (parsed.ok && wrong === undefined) return parsed.value;
    problem(node, wrong ?? '');
    return { line, parts: [] };
  };
  const templates = (mapping: Readonly<Record<string, string>>, node: NodePath) =>
    Object.entries(mapping).map(([name, text]) => [name, template(text, [...node, name])] as const);
  /** Headers by lower-case name, including the one made from `auth`. */
  const headersAt = (
    { headers, auth }: Pick<ClientInput, 'headers' | 'auth'>,
    node: NodePath,
  ): (readonly [name: string, value: HeaderValue])[] => {
    const named = templates(headers, [...node, 'headers']).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    );
    if (auth === undefined) return named;
    const own = Object.keys(headers).find((name) => name.toLowerCase() === 'authorization');
    if (own !== undefined)
      problem([...node, 'headers', own], 'auth sets this header already; keep one of the two');
    return [...named, ['authorization', authorization(auth, [...node, 'auth'])]];
  };
  const authorization = (
    { bearer, basic }: NonNullable<ClientInput['auth']>,
    node: NodePath,
  ): HeaderValue => {
    if (basic === undefined) return template(`Bearer ${bearer}`, [...node, 'bearer']);
    const part = (key: 'username' | 'password') => template(basic[key], [...node, 'basic', key]);
    return { line: locate(node).line, username: part('username'), password: part('password') };
  };

  const secrets = input.secrets.map((text, index) => {
    const secret = template(text, ['secrets', index]);
    const isLiteral = secret.parts.length > 0 && variablesOf(secret).length === 0;
    const keys = isLiteral ? parseSecrets([text]) : undefined;
    if (keys?.ok === false) problem(['secrets', index], keys.wrong);
    return secret;
  });
  const shared = headersAt(input, []);
  const scope = compileScope(input);
  const subscriptions = new Map<EventType, Subscription>();
  for (const [index, subscription] of input.subscriptions.entries()) {
    const node: NodePath = ['subscriptions', index];
    const { method, success, done, teams = input.teams, tags = input.tags } = subscription;
    const url = template(subscription.url, [...node, 'url'], true);
    const wrongUrl =
      url.parts.length > 0 && variablesOf(url).length === 0 ? urlProblem(subscription.url) : undefined;
    if (wrongUrl !== undefined) problem([...node, 'url'], wrongUrl);
    const format = subscription.format ?? input.format;
    if (method !== 'POST' && isPreset(format))
      problem([...node, 'method'], `the format ${format} is sent by POST`);
    const described = {
      url,
      method,
      query: templates(subscription.query, [...node, 'query']),
      headers: [...new Map([...shared, ...headersAt(subscription, node)])],
      format,
      timeoutMs: subscription.timeout ?? input.timeout,
      success,
      done,
      scope: subscription.teams || subscription.tags ? compileScope({ teams, tags }) : scope,
      line: locate(node).line,
    };
    for (const event of eventsOf(subscription)) {
      if (subscriptions.has(event))
        problem(node, `${event} appears twice; a client has one endpoint per event type`);
      subscriptions.set(event, { event, ...described });
    }
  }
  if (problems.length > 0)
    return { ok: false, wrong: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
  return {
    ok: true,
    value: {
      name: input.name,
      formerly: input.formerly,
      contact: input.contact,
      start: input.start,
      paused: input.paused,
      order: 'all',
      parallel: 1,
      skip: new Set(input.skip),
      secrets,
      subscriptions: new Map(EVENT_TYPES.flatMap((type) => withKey(type, subscriptions.get(type)))),
      line: locate([]).line,
    },
  };
}

const withKey = <Key, Value>(key: Key, value: Value | undefined): [Key, Value][] =>
  value === undefined ? [] : [[key, value]];

function eventsOf({ event, events }: ClientInput['subscriptions'][number]): readonly EventType[] {
  return event === undefined ? (events ?? []) : [event];
}
