/**
 * Which addresses may be connected to. Decided by the address itself, after name resolution.
 *
 * Link-local, cloud metadata, unspecified and non-unicast addresses are always refused; loopback and plain http
 * unless allowed; private ranges are fine.
 */
import ipaddr from 'ipaddr.js';
import {
  embeddedAddresses,
  NAT64_LENGTHS,
  possibleEmbeddedAddresses,
  type Address,
} from './names/addresses.ts';
import { plainName, withoutBrackets } from './names/host-name.ts';

export interface NetworkPolicy {
  /** Hosts and CIDRs that may be reached even though they are loopback or plain http. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** If present, everything else is refused. */
  readonly only: readonly string[] | undefined;
  /** Allows plain http everywhere. */
  readonly http: boolean;
  /** Prefixes that the network translates to IPv4 (NAT64), in addition to the well-known ones. */
  readonly nat64: readonly string[];
}

export const DEFAULT_NETWORK_POLICY: NetworkPolicy = {
  allow: [],
  deny: [],
  only: undefined,
  http: false,
  nat64: [],
};

/** Metadata services, most of them outside the link-local range, from the documentation of their clouds. */
const METADATA: ReadonlySet<string> = new Set(
  [
    '169.254.169.254', // nearly all
    'fd00:ec2::254', // AWS
    'fd00:ec2::23', // AWS EKS, credentials of pods
    'fd20:ce::254', // Google
    '168.63.129.16', // Azure
    '192.0.0.192', // Oracle
    'fd00:c1::a9fe:a9fe', // Oracle
    '100.100.100.200', // Alibaba
    'fd00:100::100:200', // Alibaba
    'fd00:a9fe:a9fe::1', // Akamai (Linode)
    'fd00:42::42', // Scaleway
    '100.96.0.96', // Volcano Engine
    '100.80.80.80', // UCloud
  ].map((address) => ipaddr.parse(address).toNormalizedString()),
);
/** Names of metadata services, refused whatever they resolve to. */
const METADATA_NAME =
  /^(?:metadata|instance-data|metadata\.google\.internal|metadata\.goog|.*\.metadata\.google\.internal|metadata\.azure\.internal|metadata\.tencentyun\.com|api\.metadata\.cloud\.ibm\.com|instance-data\..*internal)$/;
const LOOPBACK_NAME =
  /^(?:.*\.)?(?:localhost|localhost\.localdomain|localhost6|localhost6\.localdomain6|ip6-localhost|ip6-loopback)$/;

const ALWAYS_REFUSED: Readonly<Record<string, string>> = {
  unspecified: 'an unspecified address',
  linkLocal: 'a link-local address',
  multicast: 'a multicast address',
  broadcast: 'a broadcast address',
};

/** Whether a connection is without TLS; a text names its scheme, which is http if there is none. */
export type Plain = boolean | string;

/**
 * The rule that forbids connecting to `address` for `host`; undefined if none does. An address with another one embedded
 * is refused if either is.
 */
export function refusal(
  policy: NetworkPolicy,
  host: string,
  address: string,
  plain: Plain,
): string | undefined {
  if (!ipaddr.isValid(address)) return `${JSON.stringify(address)} is not an address`;
  const parsed = ipaddr.parse(address);
  const faces = embeddedAddresses(parsed, policy.nat64);
  const where = host === address ? address : `${host} (${address})`;
  const always =
    faces.map(alwaysRefused).find((rule) => rule !== undefined) ??
    (possibleEmbeddedAddresses(parsed).some(isMetadata) ? METADATA_RULE : undefined);
  if (always !== undefined) return `${where} is ${always}: always refused`;
  const isLoopback = faces.some((face) => face.range() === 'loopback');
  return refusalByLists(policy, { where, host, faces, isLoopback, plain });
}

/** As `refusal`, for a name whose addresses only the proxy knows. */
export function refusalOfName(policy: NetworkPolicy, host: string, plain: Plain): string | undefined {
  const name = plainName(host);
  if (METADATA_NAME.test(name)) return `${host} is a metadata service: always refused`;
  return refusalByLists(policy, {
    where: host,
    host,
    faces: [],
    isLoopback: LOOPBACK_NAME.test(name),
    plain,
  });
}

const METADATA_RULE = 'a metadata service';
const isMetadata = (address: Address): boolean => METADATA.has(withoutZone(address));

function alwaysRefused(address: Address): string | undefined {
  if (isMetadata(address)) return METADATA_RULE;
  // 0.0.0.0/8 reaches the local host on many systems.
  if (address instanceof ipaddr.IPv4 && address.octets[0] === 0) return ALWAYS_REFUSED['unspecified'];
  return ALWAYS_REFUSED[address.range()];
}

interface Target {
  readonly where: string;
  readonly host: string;
  readonly faces: readonly Address[];
  readonly isLoopback: boolean;
  readonly plain: Plain;
}

function refusalByLists(
  { allow, deny, only, http, nat64 }: NetworkPolicy,
  { where, host, faces, isLoopback, plain }: Target,
): string | undefined {
  const listed = (entries: readonly string[]): string | undefined =>
    entries.find((entry) => covers(entry, host, faces, nat64));
  const denied = listed(deny);
  if (denied !== undefined) return `${where} is refused by network.deny (${denied})`;
  if (only !== undefined && listed(only) === undefined) return `${where} is not in network.only`;
  if (listed(allow) !== undefined) return undefined;
  if (isLoopback)
    return `${where} is a loopback address: refused unless network.allow or --allow-host names it`;
  if (plain !== false && !http) {
    const scheme = plain === true ? 'http' : plain;
    return `${scheme}:// to ${where} is not encrypted: refused unless network.http, network.allow or --allow-host allows it`;
  }
  return undefined;
}

/** The host that `--allow-host` could name, in a text that ends with such a rule. */
export const hostInRule = (text: string): string | undefined =>
  /(\S+)(?: \([^()]*\))? is (?:a loopback address|not encrypted): refused unless /.exec(text)?.[1];

/** Whether `entry` is valid in a list of hosts and CIDRs. */
export function isHostOrCidr(entry: string): boolean {
  if (entry.includes('/')) return ipaddr.isValidCIDR(entry);
  return (
    ipaddr.isValid(withoutBrackets(entry)) || /^(?:\*\.)?[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?\.?$/i.test(entry)
  );
}

/** Whether `entry` is a valid prefix for NAT64. */
export const isNat64Prefix = (entry: string): boolean =>
  ipaddr.IPv6.isValidCIDR(entry) && NAT64_LENGTHS.includes(ipaddr.IPv6.parseCIDR(entry)[1]);

/** A CIDR covers the addresses in it, an address or a name itself, and `*.name` every name below it. */
function covers(entry: string, host: string, faces: readonly Address[], nat64: readonly string[]): boolean {
  if (entry.includes('/')) {
    const [network, bits] = cidrOf(entry);
    return faces.some((face) => network.kind() === face.kind() && face.match(network, bits));
  }
  const wanted = withoutBrackets(entry);
  if (ipaddr.isValid(wanted)) {
    const known = new Set(faces.map(withoutZone));
    return embeddedAddresses(ipaddr.parse(wanted), nat64).some((face) => known.has(withoutZone(face)));
  }
  if (entry.startsWith('*.')) return plainName(host).endsWith(plainName(entry.slice(1)));
  return plainName(entry) === plainName(host);
}

/** A network of IPv4-mapped addresses is treated as an IPv4 network. */
function cidrOf(entry: string): [network: Address, bits: number] {
  const [network, bits] = ipaddr.parseCIDR(entry);
  return network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= 96
    ? [network.toIPv4Address(), bits - 96]
    : [network, bits];
}

const withoutZone = (address: Address): string => address.toNormalizedString().replace(/%.*$/, '');
