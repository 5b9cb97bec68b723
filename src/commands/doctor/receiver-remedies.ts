/** What mends it that a receiver cannot be reached. */
import type { Connected } from '../../adapters/network/try-connection.ts';
import type { BoundClient } from '../../core/clients/binding/bind-client.ts';
import { webhooksOf } from '../../core/clients/file/client.ts';
import type { EventType } from '../../core/events/event-type.ts';
import { advice, command, type RemedyStep } from './doctor-report.ts';
import { allowHost, trustAuthority } from './remedies.ts';

/** What requests of a client go to; several types of events may share it. */
export interface Receiver {
  readonly client: BoundClient;
  readonly type: EventType;
  /** Whether events are sent to it; else it is asked for a token, or for a value, before they are. */
  readonly takesEvents: boolean;
  readonly url: URL;
  readonly place: string;
}

/** In parentheses, if the client names one. */
export const contactOf = ({ client: { contact } }: BoundClient): string =>
  contact === undefined ? '' : ` (contact: ${contact})`;

export function remedyOfRule(rule: string, { url }: Receiver): readonly RemedyStep[] {
  if (/--allow-host/.test(rule)) return allowHost(url.hostname.replace(/^\[(.*)\]$/, '$1'));
  return [
    advice(
      /always refused/.test(rule)
        ? 'Nothing can allow it: correct the url.'
        : 'Change that list in the policy file, or the url.',
    ),
  ];
}

export function remedyOfFailure(
  { code, names }: Connected & { readonly kind: 'failed' },
  { client, type, url, takesEvents }: Receiver,
  path: string,
): readonly RemedyStep[] {
  const subscription = webhooksOf(client.client).get(type);
  const line = subscription?.url.line ?? client.client.line;
  const where = `${path}:${line}`;
  const port = url.port || (url.protocol === 'http:' ? '80' : '443');
  const owner = `Ask whoever runs it${contactOf(client)}.`;
  const { parts = [] } = subscription?.url ?? {};
  const [written = ''] = parts.map((part) => ('text' in part ? part.text : ''));
  // Without variables, and without a query, which is not shown.
  const isPlain = takesEvents && parts.length === 1 && !/^$|\?/.test(written);
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID': {
      const [name] = names.filter((one) => !one.startsWith('*'));
      const told = `Its certificate is for ${names.join(', ') || 'no name'}. If that is the receiver, at ${where}:`;
      if (name === undefined || !isPlain) return [advice(`${told.replace(/:$/, '')} write its name.`)];
      const right = new URL(written);
      right.hostname = name;
      return [advice(told), { kind: 'line', path, line, text: `url: ${JSON.stringify(right.href)}` }];
    }
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return trustAuthority(url.hostname, port);
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return [
        advice(
          'Get the certificate of its authority, which it does not send, and name it in the policy file:',
        ),
        advice('  network: { ca: authority.pem }'),
      ];
    case 'ECONNREFUSED':
      return /^(?:localhost|127\.|\[::1\])/.test(url.hostname) && url.protocol === 'http:'
        ? [
            advice('Start it; or, to try things out, in another terminal:'),
            command(`team-events listen --port ${port}`),
          ]
        : [advice(`${owner} Or correct the url at ${where}.`)];
    case 'CERT_NOT_YET_VALID':
      return [
        advice('Compare the clock of this machine with another:'),
        command('date --utc'),
        advice(owner),
      ];
    default:
      return [
        advice(
          code === 'ENOTFOUND' ? `Correct the url at ${where}.` : `${owner} Or correct the url at ${where}.`,
        ),
      ];
  }
}
