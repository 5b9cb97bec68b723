/** The addresses of a host, all of which the network policy must allow. */
import { isIP } from 'node:net';
import { ConnectionError, ForbiddenError } from '../failure.ts';
import { refusal, refusalOfName, type NetworkPolicy, type Plain } from '../network-policy.ts';
import { withoutBrackets } from './host-name.ts';
import type { Resolve } from './names.ts';

/** How long to wait for a local answer if only the proxy may be able to resolve the name. */
const LOCAL_ANSWER_MS = 2000;

const isLiteral = (host: string): boolean => isIP(host) !== 0;

/** @throws {ForbiddenError} if the url holds an address that the policy refuses (those are never resolved) */
export function requireLiteralAllowed(
  policy: NetworkPolicy,
  { hostname, protocol }: URL,
  plain: Plain = protocol === 'http:',
): void {
  const host = withoutBrackets(hostname);
  if (isLiteral(host)) requireAllowed(policy, host, [host], plain);
}

/** The only addresses that may be connected to. @throws {ForbiddenError} if the policy refuses any of them */
export async function judgedAddresses(
  policy: NetworkPolicy,
  host: string,
  plain: Plain,
  resolve: Resolve,
): Promise<readonly string[]> {
  if (isLiteral(host)) return [host]; // judged already
  const addresses = (await resolve(host)).map(({ address }) => address);
  if (addresses.length === 0) throw new ConnectionError('ENOTFOUND');
  requireAllowed(policy, host, addresses, plain);
  return addresses;
}

/**
 * Judges the addresses that the name has here, or only the name if it has none, because the proxy resolves it.
 * @throws {ForbiddenError}
 */
export async function requireAllowedThroughProxy(
  policy: NetworkPolicy,
  host: string,
  plain: Plain,
  resolve: Resolve,
): Promise<void> {
  if (isLiteral(host)) return; // judged already
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never[]>((done) => (timer = setTimeout(done, LOCAL_ANSWER_MS, []).unref()));
  const found = await Promise.race([resolve(host).catch(() => []), tooLate]);
  clearTimeout(timer);
  if (found.length > 0) {
    requireAllowed(
      policy,
      host,
      found.map(({ address }) => address),
      plain,
    );
    return;
  }
  const rule = refusalOfName(policy, host, plain);
  if (rule !== undefined) throw new ForbiddenError(rule);
}

function requireAllowed(
  policy: NetworkPolicy,
  host: string,
  addresses: readonly string[],
  plain: Plain,
): void {
  for (const address of addresses) {
    const rule = refusal(policy, host, address, plain);
    if (rule !== undefined) throw new ForbiddenError(rule);
  }
}
