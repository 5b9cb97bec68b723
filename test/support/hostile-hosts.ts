/** Hosts of urls that lead to addresses that no receiver may have. */

/** `answers`: the addresses of the host, if it is a name; `kind`: part of the rule that refuses it. */
export interface HostileHost {
  readonly host: string;
  readonly kind:
    'loopback' | 'unspecified' | 'link-local' | 'metadata' | 'multicast' | 'broadcast' | 'invalid';
  readonly answers?: readonly string[];
}

const of = (kind: HostileHost['kind'], hosts: string): HostileHost[] =>
  hosts
    .trim()
    .split(/\s+/)
    .map((host) => ({ kind, host }));
const name = (kind: HostileHost['kind'], host: string, ...answers: string[]): HostileHost => ({
  kind,
  host,
  answers,
});

/** As they may stand in a url. */
export const HOSTILE_LITERALS: readonly HostileHost[] = [
  // decimal, octal, hex, short, mixed; zeros before, a dot after
  ...of(
    'loopback',
    `127.0.0.1 127.0.0.2 127.1.2.3 127.255.255.254 127.1 127.0.1 127.0.257 2130706433 2130706434 017700000001
     0x7f000001 0X7F000001 0x7f.0.0.1 0x7F.1 0177.0.0.1 0177.1 00177.00.00.01 0177.0x0.0.1 127.0x0.0.1 0x7f.0.1
     127.0.0.0x1 127.0.0.01 127.000.000.001 127.0.0.1. 0x7f.1. 2130706433. 0x000000007f000001 0177.0.1 127.65535`,
  ),
  // other digits and dots, percent codes, letters that mean nothing
  ...of(
    'loopback',
    `１２７.０.０.１ ①②⑦.⓪.⓪.① 127。0。0。1 127．0．0．1 127｡0｡0｡1 𝟏𝟐𝟕.𝟎.𝟎.𝟏 %31%32%37.0.0.1 127%2e0%2E0.1 12%37.0.0.1
     ²130706433 ２１３０７０６４３３ 0ｘ7f.1 127.0.0.%31 1\u00ad27.0.0.1`,
  ),
  ...of(
    'loopback',
    `[::1] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::0001] [0::1] [::0:1] [0:0::0:1]
     [::ffff:127.0.0.1] [::FFFF:127.0.0.1] [::ffff:7f00:1] [::ffff:7f00:0001] [0:0:0:0:0:ffff:127.0.0.1]
     [0:0:0:0:0:FFFF:7F00:1] [::127.0.0.1] [::7f00:1] [::ffff:0:127.0.0.1] [::ffff:0:7f00:1] [64:ff9b::127.0.0.1]
     [64:ff9b::7f00:1] [0064:ff9b::7f00:0001] [64:ff9b:1::7f00:1] [64:ff9b:1:7f00:0:100::] [64:ff9b:1:7f:0:1::]
     [64:ff9b:1:0:7f:0:100:0] [2002:7f00:1::] [2002:7f00:1::1] [2002:7fff:ffff:1::2]
     [2001:0:4136:e378:8000:63bf:80ff:fffe] [2001:0:7f00:1:0:0:f7f7:f7f7] [2001:db8::5efe:127.0.0.1]
     [fd00::200:5efe:7f00:1]`,
  ),
  ...of(
    'unspecified',
    `0.0.0.0 0 0x0 00 0.0 000.000.000.000 0x 0.0.0.0. ０.０.０.０ 0.1.2.3 0.0.0.1 1 0x01 [::] [0::0]`,
  ),
  ...of(
    'unspecified',
    `[0:0:0:0:0:0:0:0] [::ffff:0.0.0.0] [::ffff:0:0] [64:ff9b::] [64:ff9b:1::] [2002::] [2002:1::1] [::2]`,
  ),
  ...of(
    'metadata',
    `169.254.169.254 169.254.43518 169.16689662 2852039166 0xa9fea9fe 0XA9FEA9FE 0251.0376.0251.0376 025177524776
     0xa9.0xfe.0xa9.0xfe 0xa9.254.0251.254 0251.254.169.254 169.254.169.254. 0xa9fea9fe. ①⑥⑨.②⑤④.①⑥⑨.②⑤④ １６９.２５４.１６９.２５４
     169。254。169。254 169.254.169.%32%35%34 [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] [::FFFF:A9FE:A9FE]
     [0:0:0:0:0:ffff:a9fe:a9fe] [::169.254.169.254] [::a9fe:a9fe] [::ffff:0:a9fe:a9fe] [64:ff9b::169.254.169.254]
     [64:ff9b::a9fe:a9fe] [64:ff9b:1::a9fe:a9fe] [64:ff9b:1:a9fe:a9:fe00::] [64:ff9b:1:a9:fe:a9fe::]
     [2002:a9fe:a9fe::] [2002:a9fe:a9fe::1] [2001:0:4136:e378:8000:63bf:5601:5601]
     [fd00:ec2::254] [FD00:EC2::254] [fd00:0ec2:0:0:0:0:0:0254] [fd00:ec2::23] [fd00:c1::a9fe:a9fe] [fd00:42::42]
     [fd20:ce::254] [fd00:a9fe:a9fe::1] [FD00:A9FE:A9FE:0::1] [fd00:100::100:200] [2001:db8:64::a9fe:a9fe] 100.100.100.200 1684301000 0x646464c8 100.100.25800 [::ffff:100.100.100.200] [64:ff9b::6464:64c8]
     168.63.129.16 2822734096 [::ffff:168.63.129.16] 192.0.0.192 0xc00000c0 [::ffff:c000:c0]
     100.96.0.96 [::ffff:100.96.0.96] 100.80.80.80`,
  ),
  ...of(
    'link-local',
    `169.254.0.1 169.254.1.1 169.254.170.2 169.254.255.255 0xa9fe0001 2851995649 [fe80::1] [FE80::1] [fe80:0:0:0::1]
     [febf:ffff::1] [fe80::a9fe:a9fe] [::ffff:169.254.0.23] [2002:a9fe:1::]`,
  ),
  ...of(
    'multicast',
    `224.0.0.1 239.255.255.250 0xe0000001 [ff02::1] [ff05::2] [::ffff:224.0.0.251] [64:ff9b::e000:1]`,
  ),
  ...of('broadcast', `255.255.255.255 4294967295 0xffffffff 037777777777 [::ffff:255.255.255.255]`),
  // What no url may hold is refused before anyone is asked.
  ...of(
    'invalid',
    `[fe80::1%25eth0] [::1%25lo] [::1%lo] 256.0.0.1 127.0.0.1.1 4294967295.1 4294967296 0x100000000 1.2.3.4.5 0x7f.0x0.0x0.0x0.0x1
     127.0.0.1%00 127.0.0.09 [::ffff:127.0.0.256] [::1 [0177::127.0.0.1.2] xn--a.example user@127.0.0.1 a:b@169.254.169.254
     [127.0.0.1] localhost%23 [::ffff:0x7f.1] [1:2:3:4:5:6:7:8:9] %`,
  ),
];

/** Names, with what they resolve to. */
export const HOSTILE_NAMES: readonly HostileHost[] = [
  ...['localhost', 'LOCALHOST', 'localhost.', 'LocalHost', 'ｌocalhost', 'loc%61lhost', 'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ'].map(
    (host) => name('loopback', host, '127.0.0.1'),
  ),
  name('loopback', 'a.localhost', '::1'),
  name('loopback', 'localhost.localdomain', '127.0.0.1'),
  name('loopback', 'ip6-localhost', '::1'),
  name('loopback', '127.0.0.1.names.example', '127.0.0.1'),
  name('loopback', 'harmless.example', '127.8.8.8'),
  name('loopback', 'mixed.example', '203.0.113.7', '127.0.0.1'),
  name('loopback', 'mixed.example', '203.0.113.7', '2001:db8::1', '::1'),
  name('loopback', 'mapped.example', '::ffff:127.0.0.1'),
  name('loopback', 'nat64.example', '64:ff9b::7f00:1'),
  name('unspecified', 'zero.example', '0.0.0.0'),
  name('unspecified', 'none.example', '::'),
  name('metadata', 'metadata.google.internal', '169.254.169.254'),
  name('metadata', 'METADATA.google.internal.', '169.254.169.254'),
  name('metadata', 'instance-data.ec2.internal', '169.254.169.254'),
  name('metadata', 'sixtofour.example', '2002:a9fe:a9fe::'),
  name('metadata', 'cloud.example', '10.0.0.1', '100.100.100.200'),
  name('metadata', 'ula.example', 'fd00:ec2::254'),
  name('link-local', 'zone.example', 'fe80::1%eth0'),
  name('link-local', 'task.example', '169.254.170.2'),
  name('multicast', 'many.example', '224.0.0.1'),
  name('broadcast', 'all.example', '255.255.255.255'),
];

/** Hosts that are allowed, with the addresses of the names. */
export const ORDINARY_HOSTS: readonly (readonly [host: string, ...answers: string[]])[] = [
  ...['10.0.0.1', '10.255.255.254', '172.16.0.1', '172.31.255.254', '192.168.0.1', '192.168.255.254'].map(
    (host) => [host] as const,
  ),
  ...['100.64.0.1', '100.100.100.201', '126.255.255.255', '128.0.0.1', '169.253.255.255', '169.255.0.1'].map(
    (host) => [host] as const,
  ),
  ...[
    '8.8.8.8',
    '1.1.1.1',
    '203.0.113.7',
    '198.51.100.1',
    '168.63.129.17',
    '223.255.255.255',
    '0x0a000001',
  ].map((host) => [host] as const),
  ...[
    '[fd12:3456::1]',
    '[fd00:ec2::1]',
    '[fc00::1]',
    '[2001:db8::1]',
    '[2606:4700::1111]',
    '[2a00:1450::8a]',
  ].map((host) => [host] as const),
  ...[
    '[::ffff:10.0.0.1]',
    '[64:ff9b::808:808]',
    '[64:ff9b:1::a00:1]',
    '[64:ff9b:1:a00:0:100::]',
    '[2002:808:808::1]',
    '[fec0::1]',
  ].map((host) => [host] as const),
  ['hooks.example.com', '203.0.113.7'],
  ['hooks.example.com.', '203.0.113.7', '2001:db8::7'],
  ['localhost.example.com', '10.0.0.1'],
  ['notlocalhost', '10.0.0.1'],
  ['metadata.example.com', '192.168.1.1'],
  ['127.0.0.1.example.com', '198.51.100.4'],
  ['xn--mnchen-3ya.example', '203.0.113.8'],
  ['münchen.example', '203.0.113.8'],
  ['gitlab', '172.20.0.2'],
];
