/**
 * Which addresses may be dialled. Judged on the address itself, after name resolution.
 *
 * Link-local, cloud metadata, unspecified and non-unicast addresses are always refused; loopback and plain http
 * unless allowed; private ranges are fine.
 */
import ipaddr from 'ipaddr.js';

export interface NetworkPolicy {
  /** Hosts and CIDRs that may be reached although they are loopback or plain http. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Where present, everything else is refused. */
  readonly only: readonly string[] | undefined;
  /** Lets plain http through everywhere. */
  readonly http: boolean;
}

export const DEFAULT_NETWORK_POLICY: NetworkPolicy = { allow: [], deny: [], only: undefined, http: false };

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Metadata services that lie outside the link-local range. */
const METADATA = [
  '169.254.169.254',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd20:ce::254',
].map((address) => ipaddr.parse(address).toNormalizedString());
const ALWAYS_REFUSED: Readonly<Record<string, string>> = {
  unspecified: 'an unspecified address',
  linkLocal: 'a link-local address',
  multicast: 'a multicast address',
  broadcast: 'a broadcast address',
};

/** The rule that forbids dialling `address` for `host`; undefined where none does. `plain` is http without TLS. */
export function refusal(
  policy: NetworkPolicy,
  host: string,
  address: string,
  plain: boolean,
): string | undefined {
  if (!ipaddr.isValid(address)) return `${JSON.stringify(address)} is no address`;
  const parsed = unwrap(ipaddr.parse(address));
  const where = host === address ? address : `${host} (${address})`;
  if (METADATA.includes(parsed.toNormalizedString())) return `${where} is a metadata service: always refused`;
  const range = parsed.range();
  const always = ALWAYS_REFUSED[range] ?? (isThisNetwork(parsed) ? 'an unspecified address' : undefined);
  if (always !== undefined) return `${where} is ${always}: always refused`;
  const listed = (entries: readonly string[]): string | undefined =>
    entries.find((entry) => covers(entry, host, parsed));
  const denied = listed(policy.deny);
  if (denied !== undefined) return `${where} is refused by network.deny (${denied})`;
  if (policy.only !== undefined && listed(policy.only) === undefined)
    return `${where} is not in network.only`;
  const allowed = listed(policy.allow) !== undefined;
  if (range === 'loopback' && !allowed) {
    return `${where} is a loopback address: refused unless network.allow or --allow-host names it`;
  }
  if (plain && !policy.http && !allowed) {
    return `http:// to ${where} is not encrypted: refused unless network.http, network.allow or --allow-host allows it`;
  }
  return undefined;
}

/** Whether `entry` can stand in a list of hosts and CIDRs. */
export function isHostOrCidr(entry: string): boolean {
  if (entry.includes('/')) return ipaddr.isValidCIDR(entry);
  return ipaddr.isValid(bare(entry)) || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.?$/i.test(entry);
}

function covers(entry: string, host: string, address: Address): boolean {
  if (entry.includes('/')) {
    const [network, bits] = ipaddr.parseCIDR(entry);
    return network.kind() === address.kind() && address.match(network, bits);
  }
  const wanted = bare(entry);
  if (ipaddr.isValid(wanted))
    return unwrap(ipaddr.parse(wanted)).toNormalizedString() === address.toNormalizedString();
  return plainName(entry) === plainName(host);
}

const bare = (entry: string): string => entry.replace(/^\[(.*)\]$/, '$1');
const plainName = (host: string): string => host.toLowerCase().replace(/\.$/, '');

/** 0.0.0.0/8 reaches this host on many systems. */
const isThisNetwork = (address: Address): boolean =>
  address instanceof ipaddr.IPv4 && address.octets[0] === 0;

/** An IPv4 address inside an IPv6 one (mapped, translated, compatible, NAT64, 6to4) is judged as what it leads to. */
function unwrap(address: Address): Address {
  if (address instanceof ipaddr.IPv4) return address;
  const bytes = address.toByteArray();
  const range = address.range();
  if (range === 'ipv4Mapped' || range === 'rfc6052' || range === 'rfc6145')
    return new ipaddr.IPv4(bytes.slice(12));
  if (range === '6to4') return new ipaddr.IPv4(bytes.slice(2, 6));
  const compatible =
    bytes.slice(0, 12).every((byte) => byte === 0) && bytes.slice(12, 15).some((byte) => byte !== 0);
  return compatible ? new ipaddr.IPv4(bytes.slice(12)) : address;
}
