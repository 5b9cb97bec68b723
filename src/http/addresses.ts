/** What an address leads to: IPv6 has many ways to carry an IPv4 address inside. */
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The address itself, first, and every IPv4 address that it may lead to. */
export function facesOf(address: Address): readonly Address[] {
  if (address instanceof ipaddr.IPv4) return [address];
  return [address, ...embedded(address.toByteArray()).map((bytes) => new ipaddr.IPv4([...bytes]))];
}

type Bytes = readonly number[];

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
 * By prefixes of 48, 56, 64 and 96 bits; the ninth byte is left out, what follows the IPv4 address is empty. The
 * readings that begin with 0 lead nowhere.
 */
function translatedLocally(bytes: Bytes): readonly Bytes[] {
  const rest = bytes.filter((_, index) => index !== 8);
  const readings = [6, 7, 8]
    .filter((start) => bytes[8] === 0 && rest.slice(start + 4).every((byte) => byte === 0))
    .map((start) => rest.slice(start, start + 4));
  const meant = [...readings, bytes.slice(12)].filter((reading) => reading[0] !== 0);
  return meant.length > 0 ? meant : [[0, 0, 0, 0]];
}
