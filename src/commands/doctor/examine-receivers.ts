/** The receivers: whether each can be reached as a run would reach it and, if asked for, what it answers to a sample. */
import { openDestinations } from '../../adapters/destinations/open-destinations.ts';
import { connectionSettings, urlsOf } from '../../adapters/files/connection-settings.ts';
import type { Policy } from '../../adapters/files/policy-file.ts';
import { createConnector, type Connected } from '../../adapters/network/try-connection.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { BoundClient } from '../../core/clients/binding/bind-client.ts';
import { placeOf, placeOfUrl } from '../../core/clients/binding/place.ts';
import { anyValue } from '../../core/clients/file/url-rules.ts';
import { fill, type Lookup } from '../../core/requests/template.ts';
import type { EventType } from '../../core/events/event-type.ts';
import { EXIT } from '../../errors.ts';
import { commandLine, type CommandOptions } from '../../reporters/commands/command-line.ts';
import { advice, command, failed, failedBy, fine, untried, type DoctorFinding } from './doctor-report.ts';
import { examineBroker } from './examine-broker.ts';
import { contactOf, remedyOfFailure, remedyOfRule, type Receiver } from './receiver-remedies.ts';
import { sampleOf } from './sample-sending.ts';

interface Asked {
  readonly repo: string;
  readonly clients: string | undefined;
  readonly policy: string | undefined;
  readonly allowHost: readonly string[];
  readonly send: boolean;
  readonly given?: CommandOptions;
}

const MOST_SKEW_S = 120;
const SOON_MS = 14 * 24 * 3_600_000;

/** All at once, each within the deadline of an attempt. */
export async function examineReceivers(
  path: string,
  clients: readonly BoundClient[],
  policy: Policy,
  asked: Asked,
  context: Pick<RunContext, 'environment' | 'redactor' | 'stop' | 'version'>,
): Promise<readonly DoctorFinding[]> {
  const active = clients.filter(({ client }) => !client.paused);
  const resting = clients.flatMap(({ client: { name, paused } }) =>
    paused ? [{ ...untried('receiver', 'paused: not tried'), client: name }] : [],
  );
  const receivers = active.flatMap(receiversOf);
  const brokers = active.filter(({ destination }) => destination.kind !== 'webhook');
  if (receivers.length + brokers.length === 0) return resting;
  const { environment, redactor, stop } = context;
  let connections: ReturnType<typeof connectionSettings>;
  try {
    connections = connectionSettings(policy, environment, active.flatMap(urlsOf));
  } catch (error) {
    return [failedBy('policy', error)];
  }
  const connector = createConnector(policy.network, connections);
  const destinations = openDestinations({
    network: policy.network,
    connections,
    cut: stop.stopping,
    redact: (text, own) => redactor.redact(text, own),
    hide: (secrets) => redactor.add(secrets),
    userAgent: `team-events/${context.version}`,
    mostTimeoutMs: policy.timeoutMs,
  });
  try {
    const tried = await Promise.all([
      ...receivers.map(async (receiver) => {
        const connected = await connector.connect(receiver.url, policy.timeoutMs, stop.stopping);
        if (connected.kind !== 'connected') return unreachable(receiver, connected, path);
        if (asked.send && receiver.takesEvents) return sendSample(receiver, destinations, asked);
        return reached(receiver, connected);
      }),
      ...brokers.map((client) => examineBroker(client, destinations, path, asked.send)),
    ]);
    return [...tried.flat(), ...resting];
  } finally {
    connector.close();
    await destinations.close();
  }
}

/** Each place once. */
function receiversOf(client: BoundClient): readonly Receiver[] {
  const found = new Map<string, Receiver>();
  const add = (type: EventType, url: string, place: string, takesEvents: boolean): void => {
    if (!found.has(place)) found.set(place, { client, type, url: new URL(url), place, takesEvents });
  };
  const { destination } = client;
  if (destination.kind !== 'webhook') return [];
  for (const [type, { url, place, oauth2, request }] of destination.endpoints) {
    if (oauth2 !== undefined) add(type, oauth2.url, `POST ${placeOfUrl(oauth2.url)}`, false);
    for (const one of request?.find ?? []) {
      const lookup: Lookup = (name) => request?.lookup(name);
      add(type, fill(one.url, lookup, anyValue), `GET ${placeOf(one.url, lookup)}`, false);
    }
    add(type, url, place, true);
  }
  return [...found.values()];
}

function reached(
  { client, place }: Receiver,
  { where, validTo }: Connected & { readonly kind: 'connected' },
): DoctorFinding {
  const { name } = client.client;
  if (validTo === undefined || validTo - Date.now() > SOON_MS)
    return fine('receiver', `${place}: ${where} accepts connections; nothing was sent`, name);
  return {
    area: 'receiver',
    client: name,
    state: 'warning',
    message: `${place}: its certificate expires at ${new Date(validTo).toISOString()}`,
    remedy: [advice(`Whoever runs it has to renew it${contactOf(client)}.`)],
  };
}

function unreachable(
  receiver: Receiver,
  connected: Exclude<Connected, { kind: 'connected' }>,
  path: string,
): DoctorFinding {
  const { client, place } = receiver;
  const [message, remedy] =
    connected.kind === 'forbidden'
      ? [connected.rule, remedyOfRule(connected.rule, receiver)]
      : [connected.message, remedyOfFailure(connected, receiver, path)];
  return failed('receiver', EXIT.behind, `${place}: ${message}`, remedy, client.client.name);
}

async function sendSample(
  { client, type, place }: Receiver,
  destinations: ReturnType<typeof openDestinations>,
  { repo, clients, policy, allowHost, given }: Asked,
): Promise<readonly DoctorFinding[]> {
  const { name } = client.client;
  const answer = await destinations.send(sampleOf(type, client));
  const clock = skew(answer.receiverTimeMs, name, place);
  if (answer.verdict === 'accepted')
    return [fine('receiver', `${place}: accepted a sample of ${type}`, name), ...clock];
  const again = commandLine(['send'], {
    '-C': repo === '.' ? undefined : repo,
    '--client': name,
    '--clients': clients,
    '--policy': policy,
    '--type': type,
    '--allow-host': allowHost,
    '--timeout': given?.['--timeout'],
  });
  const remedy = [
    advice(`Whoever runs it knows why${contactOf(client)}. To send one again:`),
    command(again),
  ];
  return [failed('receiver', EXIT.behind, answer.reason, remedy, name), ...clock];
}

/** Receivers refuse signatures that are more than five minutes off, as a rule. */
function skew(receiverTimeMs: number | undefined, client: string, place: string): readonly DoctorFinding[] {
  const ahead = Math.round(((receiverTimeMs ?? Date.now()) - Date.now()) / 1000);
  if (Math.abs(ahead) <= MOST_SKEW_S) return [];
  const message = `${place}: its clock is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} this one; it may refuse signatures for that`;
  const remedy = [
    advice('Compare both with another clock, and set the one that is wrong:'),
    command('date --utc'),
  ];
  return [{ area: 'clock', client, state: 'warning', message, remedy }];
}
