/** What `listen` shows of a request. */
import type { OrderCheck } from '../delivery/order-check.ts';
import type { SignatureCheck } from '../delivery/verify-signature.ts';
import { printable, type Style } from './style.ts';

export interface Received {
  /** From 1. */
  readonly number: number;
  readonly method: string;
  readonly path: string;
  /** What was answered. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly check: OrderCheck;
  readonly signature: SignatureCheck;
}

/** One line: number, answer, type and team, the people it is about, id, what is to be said of order and signature. */
export function requestLine(
  { number, method, path, status, headers, body, check, signature }: Received,
  style: Style,
): string {
  const answer = status < 300 ? style.green(status) : style.red(status);
  const event = parse(body);
  const what =
    event === undefined
      ? `${body.length} bytes that are no event`
      : `${style.bold(printable(String(event['type'])))} ${printable(String(event['subject']))}${peopleOf(event)}`;
  const id = style.dim(printable(headers['webhook-id'] ?? 'no webhook-id'));
  const signed =
    signature === 'valid'
      ? style.green('signature valid')
      : signature === 'unchecked'
        ? ''
        : style.red(`signature ${signature}`);
  const request = `${method} ${printable(path)}`;
  const parts = [`#${number}`, answer, request, what, id, orderText(check, style), signed];
  return `${parts.filter((part) => part !== '').join('  ')}\n`;
}

function orderText(check: OrderCheck, style: Style): string {
  switch (check.verdict) {
    case 'in order':
    case 'unchecked':
      return '';
    case 'first':
      return check.after === undefined ? '' : style.dim(`first here, after ${printable(check.after)}`);
    case 'retry':
    case 'replay':
      return style.yellow(check.verdict) + otherBytes(check.sameBytes, style);
    case 'again':
      return style.yellow('again: a duplicate') + otherBytes(check.sameBytes, style);
    case 'gap':
      return style.red(`gap: ${printable(check.missing)} is missing before it`);
    case 'out of order':
      return style.red(`out of order: it belongs before ${printable(check.overtakenBy)}`);
  }
}

const otherBytes = (sameBytes: boolean, style: Style): string =>
  sameBytes ? '' : ` ${style.red('with other bytes than before')}`;

type Fields = Readonly<Record<string, unknown>>;

function parse(body: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function peopleOf(event: Fields): string {
  const data = (event['data'] ?? {}) as Fields;
  const ids = (key: string, sign: string): string[] => {
    const members = data[key];
    return Array.isArray(members)
      ? members.map((member: Fields | null) => `${sign}${printable(String(member?.['id']))}`)
      : [];
  };
  const people = [...ids('removed', '-'), ...ids('added', '+')];
  return people.length > 0 ? ` ${people.join(' ')}` : '';
}
