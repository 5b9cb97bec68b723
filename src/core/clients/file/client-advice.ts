/** Warnings about entries of the clients file that are allowed but probably not intended. */
import { shorten } from '../../text/shorten.ts';
import type { FileProblem } from '../../yaml/file-problem.ts';
import { secretsIn } from '../binding/authorization.ts';
import { templatesOf } from '../binding/client-templates.ts';
import { inPlaceOf } from '../../requests/language/value-place.ts';
import { fill, variablesOf, type Template } from '../../requests/template.ts';
import { passwordOf } from './broker-entry.ts';
import { webhooksOf, type Client } from './client.ts';
import { durationText } from './duration.ts';
import type { WireFormat } from './wire-format.ts';

export type Advice = Pick<FileProblem, 'line' | 'message'>;

/** Urls that accept only the request format of their product. */
const PRODUCTS: readonly (readonly [address: RegExp, product: string, format: WireFormat])[] = [
  [/\/api\/v4\/projects\/.*\/trigger\/pipeline$/, 'a pipeline trigger of GitLab', 'gitlab-pipeline'],
  [/\/repos\/[^/]+\/[^/]+\/dispatches$/, 'a repository dispatch of GitHub', 'github-dispatch'],
  [/^https:\/\/hooks\.slack\.com\/services\//, 'an incoming webhook of Slack', 'slack'],
];

/** All warnings about a client, in the order of the file. `timeoutMs` is the operator's deadline for one attempt. */
export function adviceOn(client: Client, timeoutMs: number): readonly Advice[] {
  const checks = [formats, scopes, bareVariables, placeholders, literalSecrets, unsurePaths];
  const found = [...checks.flatMap((advise) => advise(client)), ...timeouts(client, timeoutMs)];
  return [...new Map(found.map((one) => [`${one.line} ${one.message}`, one])).values()].sort(
    (a, b) => a.line - b.line,
  );
}

function formats(client: Client): Advice[] {
  return [...webhooksOf(client).values()].flatMap(({ url, format, request }) =>
    PRODUCTS.filter(
      ([address, , wanted]) =>
        request?.body === undefined && address.test(addressOf(url)) && format !== wanted,
    ).map(([, product, wanted]) => ({
      line: url.line,
      message: `the url is ${product}, which wants format: ${wanted}; the format here is ${format}`,
    })),
  );
}

/** Without its query, with variables shown by name. */
const addressOf = (url: Template): string => fill(url, (variable) => `\${${variable}}`).replace(/\?.*$/s, '');

function scopes({ subscriptions }: Client): Advice[] {
  const scoped = [...subscriptions.values()].find(({ scope }) => scope !== undefined);
  if (scoped === undefined || subscriptions.has('team.modified')) return [];
  const message =
    'a team may come into its scope, or leave it, by a change of tags or id: that is sent as team.modified, ' +
    'to which this client does not subscribe';
  return [{ line: scoped.line, message }];
}

function timeouts({ destination }: Client, mostMs: number): Advice[] {
  const entries = destination.kind === 'webhook' ? [...destination.subscriptions.values()] : [destination];
  return entries.flatMap(({ timeoutMs = 0, line }) => {
    if (timeoutMs <= mostMs) return [];
    const [own, most] = [durationText(timeoutMs), durationText(mostMs)];
    const message =
      `a timeout of ${own} is longer than the operator's of ${most} (delivery.timeout of the policy, --timeout), ` +
      'which applies; a client can only shorten it';
    return [{ line, message }];
  });
}

/** Finds `$TOKEN`, which would be sent literally. */
function bareVariables(client: Client): Advice[] {
  return templatesOf(client).flatMap(({ line, parts }) =>
    parts.flatMap((part) => {
      const [, name] = ('text' in part && /\$([A-Z][A-Z0-9_]+)/.exec(part.text)) || [];
      return name === undefined
        ? []
        : [{ line, message: `$${name} is sent as it stands; a variable is written \${${name}}` }];
    }),
  );
}

/**
 * Finds a url with placeholders that were never filled in: a 404 from its receiver might be taken for success by
 * `done`.
 */
function placeholders(client: Client): Advice[] {
  return [...webhooksOf(client).values()].flatMap(({ url }) =>
    url.parts.flatMap((part) => {
      const [found] = ('text' in part && /<[^<>/]+>|%(7B|3C)[^%/]+%(?:7D|3E)/i.exec(part.text)) || [];
      return found === undefined
        ? []
        : [
            {
              line: url.line,
              message: `${shorten(found, 40)} in the url looks like something to be filled in, and is sent as it stands`,
            },
          ];
    }),
  );
}

/** Finds secrets that every reader of the file can see; the message never repeats them. */
function literalSecrets({ destination }: Client): Advice[] {
  return secretsOf(destination)
    .filter((value) => variablesOf(value).length === 0)
    .map(({ line }) => ({
      line,
      message: 'a secret is written in the file itself, where every reader sees it; name a variable instead',
    }));
}

function secretsOf(destination: Client['destination']): readonly Template[] {
  if (destination.kind !== 'webhook') {
    const password = passwordOf(destination);
    return password === undefined ? [] : [password];
  }
  const authorizations = [...destination.subscriptions.values()].flatMap(({ headers }) =>
    headers.flatMap(([name, value]) => (name === 'authorization' ? secretsIn(value) : [])),
  );
  return [...destination.secrets, ...authorizations];
}

/** Finds what an event may lack: without it, it is not sent, and blocks the lane. */
function unsurePaths(client: Client): Advice[] {
  return [...webhooksOf(client).values()].flatMap(({ request }) =>
    (request?.unsure ?? []).map(({ line, path, place }) => ({
      line,
      message: `an event without ${path} is not sent, and blocks the lane; ${inPlaceOf(path, place)}`,
    })),
  );
}
