/** Which addresses may be dialled, judged after name resolution and in every spelling. */
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_NETWORK_POLICY,
  isHostOrCidr,
  refusal,
  type NetworkPolicy,
} from '../../../../src/adapters/network/network-policy.ts';

/** Whether and why a policy refuses to dial `address` for `host`. */
const refused = (
  address: string,
  policy: Partial<NetworkPolicy> = {},
  host = 'hooks.example.com',
  plain = false,
) => refusal({ ...DEFAULT_NETWORK_POLICY, ...policy }, host, address, plain);

/** For what is not refused. */
const NOTHING = /^nothing$/;

const ALWAYS = [
  ['unspecified', ['0.0.0.0', '::', '0.1.2.3', '::ffff:0.0.0.0']],
  [
    'link-local',
    [
      '169.254.0.1',
      '169.254.170.2',
      'fe80::1',
      'febf::1',
      'fe80::1%eth0',
      '::ffff:169.254.1.1',
      '::ffff:a9fe:101',
    ],
  ],
  [
    'metadata',
    `169.254.169.254 100.100.100.200 168.63.129.16 192.0.0.192 100.96.0.96 100.80.80.80 fd00:ec2::254 fd00:ec2::23
     fd00:ec2::254%eth0 fd20:ce::254 fd00:c1::a9fe:a9fe fd00:100::100:200 fd00:a9fe:a9fe::1 fd00:42::42`.split(
      /\s+/,
    ),
  ],
  [
    'metadata, mapped into IPv6',
    ['::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '0:0:0:0:0:ffff:a9fe:a9fe', '::169.254.169.254'],
  ],
  [
    'metadata, behind NAT64 or 6to4',
    ['64:ff9b::169.254.169.254', '64:ff9b::a9fe:a9fe', '64:ff9b:1::a9fe:a9fe', '2002:a9fe:a9fe::1'],
  ],
  [
    'metadata, in other spellings',
    ['0xa9.0xfe.0xa9.0xfe', '0251.0376.0251.0376', '2852039166', 'FD00:EC2:0:0::254'],
  ],
  ['no unicast', ['224.0.0.1', 'ff02::1', '255.255.255.255']],
] as const;

describe('always refused', () => {
  it.each(ALWAYS.flatMap(([kind, addresses]) => addresses.map((address) => [kind, address] as const)))(
    '%s: %s, whatever the operator allows',
    (_, address) => {
      const everything = {
        allow: ['0.0.0.0/0', '::/0', 'hooks.example.com', address],
        only: undefined,
        http: true,
      };
      expect(refused(address)).toMatch(/always refused$/);
      expect(refused(address, everything)).toMatch(/always refused$/);
    },
  );

  it.each(['', 'hooks.example.com', '1.2.3.4.5', ':::'])('what is no address: %j', (address) => {
    expect(refused(address)).toMatch(/is not an address$/);
  });

  // src/adapters/network/network-policy.ts, unwrap: an IPv4 address translated as in RFC 2765 is taken for an IPv6 one.
  it.each(['::ffff:0:169.254.169.254', '::ffff:0:a9fe:a9fe'])('metadata, translated: %s', (address) => {
    expect(refused(address)).toMatch(/always refused$/);
  });
});

describe('loopback', () => {
  it.each([
    '127.0.0.1',
    '127.1.2.3',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::127.0.0.1',
    '2002:7f00:1::',
    '0x7f.1',
    '0177.0.0.1',
    '2130706433',
  ])('%s is refused unless it is allowed, by name, address or CIDR', (address) => {
    expect(refused(address)).toMatch(/is a loopback address: refused unless/);
    for (const entry of [
      'hooks.example.com',
      'HOOKS.example.com.',
      address,
      address.startsWith('::1') || address.startsWith('0:') ? '::1/128' : '127.0.0.0/8',
    ]) {
      expect(refused(address, { allow: [entry] })).toBeUndefined();
    }
    expect(refused(address, { allow: ['other.example.com', '10.0.0.0/8', '::2'] })).toMatch(
      /is a loopback address/,
    );
  });

  it('is refused by the address, whatever the name', () => {
    expect(refused('127.0.0.1', {}, 'localhost')).toMatch(
      /^localhost \(127\.0\.0\.1\) is a loopback address/,
    );
    expect(refused('127.0.0.1', { allow: ['localhost'] }, 'localhost')).toBeUndefined();
    expect(refused('::1', { allow: ['[::1]'] }, '::1')).toBeUndefined();
  });
});

describe('private and public addresses', () => {
  it.each([
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    'fd12:3456::1',
    '203.0.113.7',
    '2001:db8::1',
    '8.8.8.8',
    '2606:4700::1111',
  ])('%s is fine', (address) => {
    expect(refused(address)).toBeUndefined();
  });
});

describe('plain http', () => {
  it.each([
    [{}, /is not encrypted: refused unless/],
    [{ http: true }, NOTHING],
    [{ allow: ['hooks.example.com'] }, NOTHING],
    [{ allow: ['10.0.0.0/8'] }, NOTHING],
    [{ allow: ['10.0.0.1'] }, NOTHING],
    [{ allow: ['other.example.com', '192.168.0.0/16'] }, /is not encrypted/],
  ])('with %j', (policy, expected) => {
    const found = refused('10.0.0.1', policy, 'hooks.example.com', true);
    expect(found ?? 'nothing').toMatch(expected);
  });

  it('allowed everywhere does not open loopback', () => {
    expect(refused('127.0.0.1', { http: true }, 'localhost', true)).toMatch(/loopback/);
  });
});

describe('network.deny', () => {
  it.each(['hooks.example.com', 'Hooks.Example.com', '10.0.0.1', '10.0.0.0/8', '::ffff:10.0.0.1'])(
    'refuses by %s, even what is allowed',
    (entry) => {
      const policy = { deny: [entry], allow: ['hooks.example.com', '10.0.0.0/8'] };
      expect(refused('10.0.0.1', policy)).toBe(
        `hooks.example.com (10.0.0.1) is refused by network.deny (${entry})`,
      );
      expect(refused('203.0.113.7', policy, 'other.example.com')).toBeUndefined();
    },
  );

  it.each([
    ['::ffff:0.0.0.0/96', true],
    ['::ffff:0:0/96', true],
    ['::ffff:10.0.0.0/104', true],
    ['::ffff:10.0.0.1/128', true],
    ['::ffff:11.0.0.0/104', false],
    ['::ffff:0:0/95', false],
    ['::/0', false],
  ])('by a network of mapped addresses reaches those of IPv4 that are in it: %s', (entry, denied) => {
    const found = refused('10.0.0.1', { deny: [entry] });
    expect(found ?? 'nothing').toMatch(denied ? /network\.deny/ : NOTHING);
  });

  it('reaches an address with a zone, and by one', () => {
    expect(refused('fd12::1%eth0', { deny: ['fd12::1'] })).toMatch(/network\.deny/);
    expect(refused('fd12::1', { deny: ['fd12::1%eth0'] })).toMatch(/network\.deny/);
    expect(refused('fd12::2%eth0', { deny: ['fd12::1'] })).toBeUndefined();
  });

  it('reaches an address in its IPv6 spelling', () => {
    expect(refused('::ffff:10.0.0.1', { deny: ['10.0.0.0/8'] })).toMatch(/network\.deny/);
  });
});

/** The examples of RFC 6052, section 2.4: 192.0.2.33 behind prefixes of each length. */
const TRANSLATED = [
  ['2001:db8::/32', '2001:db8:c000:221::'],
  ['2001:db8:100::/40', '2001:db8:1c0:2:21::'],
  ['2001:db8:122::/48', '2001:db8:122:c000:2:2100::'],
  ['2001:db8:122:300::/56', '2001:db8:122:3c0:0:221::'],
  ['2001:db8:122:344::/64', '2001:db8:122:344:c0:2:2100::'],
  ['2001:db8:122:344::/96', '2001:db8:122:344::192.0.2.33'],
] as const;

describe('network.nat64', () => {
  it.each(TRANSLATED)('%s: %s is judged by what is behind it', (prefix, address) => {
    const denied = { deny: ['192.0.2.33'] };
    expect(refused(address, { ...denied, nat64: [prefix] })).toMatch(/refused by network\.deny/);
    expect(refused(address, { only: ['192.0.2.0/24'], nat64: [prefix] })).toBeUndefined();
    expect(refused(address, denied)).toBeUndefined();
    expect(refused(address, { ...denied, nat64: ['2001:db8:ffff::/48'] })).toBeUndefined();
  });

  it('makes loopback, link-local and unspecified addresses of what leads to them', () => {
    const nat64 = ['2001:db8:64::/96'];
    expect(refused('2001:db8:64::7f00:1', { nat64 })).toMatch(/is a loopback address: refused unless/);
    expect(refused('2001:db8:64::a9fe:1', { nat64 })).toMatch(/link-local address: always refused/);
    expect(refused('2001:db8:64::1', { nat64 })).toMatch(/unspecified address: always refused/);
    expect(refused('2001:db8:64::a00:1', { nat64 })).toBeUndefined();
  });

  it.each([
    '2001:db8:a9fe:a9fe::',
    '2001:db8:1a9:fea9:fe::',
    '2001:db8:122:a9fe:a9:fe00::',
    '2001:db8:122:3a9:fe:a9fe::',
    '2001:db8:122:344:a9:fea9:fe00:0',
    '2001:db8:122:344::a9fe:a9fe',
    '2001:db8:122:344::6464:64c8',
    'fd12:3456::a83f:8110',
  ])('need not name the prefix by which %s would lead to a metadata service', (address) => {
    expect(refused(address, { allow: ['::/0'] })).toMatch(/is a metadata service: always refused$/);
  });
});

describe('network.only', () => {
  it.each([
    [['hooks.example.com'], NOTHING],
    [['10.0.0.0/8'], NOTHING],
    [['10.0.0.1'], NOTHING],
    [['other.example.com', '192.168.0.0/16', 'fd00::/8'], /is not in network\.only$/],
    [[], /is not in network\.only$/],
  ])('%j', (only, expected) => {
    const found = refused('10.0.0.1', { only });
    expect(found ?? 'nothing').toMatch(expected);
  });

  it('opens neither loopback nor plain http', () => {
    expect(refused('127.0.0.1', { only: ['localhost'] }, 'localhost')).toMatch(/loopback/);
    expect(refused('10.0.0.1', { only: ['10.0.0.0/8'] }, 'hooks.example.com', true)).toMatch(/not encrypted/);
  });

  it('yields to network.deny', () => {
    expect(refused('10.0.0.1', { only: ['10.0.0.0/8'], deny: ['10.0.0.1'] })).toMatch(/network\.deny/);
  });
});

describe('an entry of the lists', () => {
  it.each([
    'example.com',
    'localhost',
    'a-b.example',
    '10.0.0.1',
    '10.0.0.0/8',
    '::1',
    '[::1]',
    'fd00::/8',
    'example.com.',
    '*.example.com',
  ])('may be %s', (entry) => {
    expect(isHostOrCidr(entry)).toBe(true);
  });

  it.each([
    '',
    'https://example.com',
    'example.com:8080',
    '10.0.0.0/33',
    'hooks.*.com',
    '*',
    'a b',
    '-x',
    'example.com/path',
  ])('is never %j', (entry) => {
    expect(isHostOrCidr(entry)).toBe(false);
  });
});
