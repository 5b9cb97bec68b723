/** The checks of a clients file alone; all of them report. */
import { adviceOn } from '../../../core/clients/file/client-advice.ts';
import { isLiteral } from '../../../core/clients/file/broker-entry.ts';
import { parseAmqpUrl, parseBrokers } from '../../../core/clients/file/broker-rules.ts';
import { webhooksOf, type Client, type WebhookSubscription } from '../../../core/clients/file/client.ts';
import type { ClientsFile } from '../../../core/clients/file/clients-file.ts';
import { fill, type Template } from '../../../core/requests/template.ts';
import type { FileProblem } from '../../../core/yaml/file-problem.ts';
import type { Finding } from './finding.ts';

export interface CheckedClients extends ClientsFile {
  readonly path: string;
  /** Why the file cannot be used at all. */
  readonly problems: readonly FileProblem[];
  /** Whether the policy allows plain http to a host. */
  readonly allowsHttp: (host: string) => boolean;
  /** The operator's deadline for one attempt. */
  readonly timeoutMs: number;
}

type ClientsCheck = (file: CheckedClients) => readonly Finding[];

/** To add one: a name in CHECKS, and a function here. */
const CLIENTS_CHECKS: readonly ClientsCheck[] = [unusableFile, unusableClients, advice, plainHttp];

export const checkClients = (file: CheckedClients): Finding[] =>
  CLIENTS_CHECKS.flatMap((check) => check(file));

function unusableFile({ path, problems }: CheckedClients): Finding[] {
  return problems.map((problem) => ({ check: 'clients-file', path, ...problem }));
}

function unusableClients({ path, misconfigured }: CheckedClients): Finding[] {
  return misconfigured.flatMap(({ name, problems }) =>
    problems.map((problem): Finding => ({ check: 'client', path, client: name, ...problem })),
  );
}

function advice({ path, clients, timeoutMs }: CheckedClients): Finding[] {
  return clients.flatMap((client) =>
    adviceOn(client, timeoutMs).map(({ line, message }): Finding => ({
      check: 'client-advice',
      path,
      client: client.name,
      line,
      column: 1,
      message,
    })),
  );
}

function plainHttp({ path, clients, allowsHttp }: CheckedClients): Finding[] {
  return clients.flatMap((client) =>
    [...plainUrlsOf(client), ...plainBrokersOf(client)].flatMap(({ scheme, host, line }): Finding[] => {
      if (allowsHttp(host)) return [];
      const message = `${scheme}:// to ${host} is not encrypted: a run refuses it unless the operator's policy allows it`;
      return [{ check: 'plain-http', path, client: client.name, line, column: 1, message }];
    }),
  );
}

interface PlainHost {
  readonly scheme: 'http' | 'amqp' | 'kafka';
  readonly host: string;
  readonly line: number;
}

const plainUrlsOf = (client: Client): readonly PlainHost[] =>
  urlsOf(client).flatMap(({ url, line }) =>
    url.protocol === 'http:' ? [{ scheme: 'http', host: url.hostname, line }] : [],
  );

/** Of the brokers that are known without the values of variables. */
function plainBrokersOf({ destination }: Client): readonly PlainHost[] {
  if (destination.kind === 'webhook') return [];
  if (destination.kind === 'kafka') {
    const brokers = destination.tls ? [] : destination.brokers.filter(isLiteral);
    return brokers.flatMap((template) => {
      const parsed = parseBrokers(textOf(template));
      return (parsed.ok ? parsed.value : []).map(({ host }) => ({
        scheme: 'kafka',
        host,
        line: template.line,
      }));
    });
  }
  const parsed = isLiteral(destination.url) ? parseAmqpUrl(textOf(destination.url)) : undefined;
  return parsed?.ok && !parsed.value.secure
    ? [{ scheme: 'amqp', host: parsed.value.host, line: destination.url.line }]
    : [];
}

const textOf = (template: Template): string => fill(template, () => undefined);

/** Urls that are known without the values of variables, each once; values of events stand behind the host alone. */
function urlsOf(client: Client): { readonly url: URL; readonly line: number }[] {
  const found = new Map<string, { readonly url: URL; readonly line: number }>();
  for (const subscription of webhooksOf(client).values()) {
    for (const { parts, line } of addressesOf(subscription)) {
      const [first, ...others] = parts;
      if (first === undefined || !('text' in first)) continue;
      if (others.some((part) => 'variable' in part)) continue;
      found.set(`${line} ${first.text}`, { url: new URL(first.text), line });
    }
  }
  return [...found.values()];
}

const addressesOf = ({ url, headers, request }: WebhookSubscription): readonly Template[] => [
  url,
  ...(request?.find ?? []).map((find) => find.url),
  ...headers.flatMap(([, value]) => ('oauth2' in value ? [value.oauth2.url] : [])),
];
