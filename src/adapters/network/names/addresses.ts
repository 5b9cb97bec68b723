/** The addresses that an address leads to: IPv6 has many ways to embed an IPv4 address. */
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Lengths of the prefixes of NAT64 (RFC 6052, section 2.2). */
export const NAT64_LENGTHS: readonly number[] = [32, 40, 48, 56, 64, 96];

/**
 * The address itself, first, and every IPv4 address that it may lead to. `nat64`: the prefixes that the network
 * translates, as CIDRs.
 */
export function embeddedAddresses(address: Address, nat64: readonly string[]): readonly Address[] {
  if (address instanceof ipaddr.IPv4) return [address];
  const bytes = address.toByteArray();
  const translated = nat64
    .map((prefix) => ipaddr.IPv6.parseCIDR(prefix))
    .filter(([network, length]) => address.match(network, length))
    .map(([, length]) => behindPrefix(bytes, length));
  return [address, ...[...embedded(bytes), ...translated].map(ipv4Of)];
}

/** The IPv4 addresses that it would lead to if the network translated its prefix, for every prefix length. */
export function possibleEmbeddedAddresses(address: Address): readonly Address[] {
  if (address instanceof ipaddr.IPv4) return [];
  return NAT64_LENGTHS.map((length) => ipv4Of(behindPrefix(address.toByteArray(), length)));
}

type Bytes = readonly number[];

const ipv4Of = (bytes: Bytes): ipaddr.IPv4 => new ipaddr.IPv4([...bytes]);

/** The ninth byte is skipped; only the longest prefix includes it. */
function behindPrefix(bytes: Bytes, length: number): Bytes {
  const begin = length / 8;
  return length === 96 ? bytes.slice(begin) : bytes.filter((_, index) => index !== 8).slice(begin, begin + 4);
}

function embedded(bytes: Bytes): readonly Bytes[] {
  const begins = (...beginning: number[]): boolean => beginning.every((byte, index) => bytes[index] === byte);
  const last = bytes.slice(12);
  const found: Bytes[] = [];
  const zeros = (count: number): number[] => Array<number>(count).fill(0);
  // ::a.b.c.d, but not :: and ::1 ("compatible"); ::ffff:a.b.c.d (mapped); ::ffff:0:a.b.c.d (translated)
  if (begins(...zeros(12)) && (last[3] ?? 0) + 256 * Math.max(...last.slice(0, 3)) > 1) found.push(last);
  if (begins(...zeros(10), 0xff, 0xff) || begins(...zeros(8), 0xff, 0xff, 0, 0)) found.push(last);
  // 64:ff9b::a.b.c.d (NAT64), and the prefixes that each network may choose below 64:ff9b:1:: (RFC 6052, 8215)
  if (begins(0, 0x64, 0xff, 0x9b, ...zeros(8))) found.push(last);
  if (begins(0, 0x64, 0xff, 0x9b, 0, 1)) found.push(...translatedLocally(bytes));
  // 2002:aabb:ccdd:: (6to4)
  if (begins(0x20, 0x02)) found.push(bytes.slice(2, 6));
  // 2001:0:server:server:flags:port:client:client, the client's inverted (Teredo)
  if (begins(0x20, 0x01, 0, 0))
    found.push(
      last.map((byte) => byte ^ 0xff),
      bytes.slice(4, 8),
    );
  // …:0:5efe:a.b.c.d, in any network (ISATAP)
  const [universal, ...isatap] = bytes.slice(8, 12);
  if ((universal === 0 || universal === 2) && isatap.join() === '0,94,254') found.push(last);
  return found;
}

/**
 * For prefixes of 48, 56, 64 and 96 bits; the bytes after the IPv4 address must be zero. Readings that start with 0 are
 * ignored.
 */
function translatedLocally(bytes: Bytes): readonly Bytes[] {
  const readings = [48, 56, 64]
    .filter((length) => bytes.slice(length / 8 + 5).every((byte) => byte === 0) && bytes[8] === 0)
    .map((length) => behindPrefix(bytes, length));
  const meant = [...readings, behindPrefix(bytes, 96)].filter((reading) => reading[0] !== 0);
  return meant.length > 0 ? meant : [[0, 0, 0, 0]];
}
