/** What of a client may never be seen, in what is told of all, or of this client alone. */
import { describe, expect, it } from 'vitest';
import {
  bound,
  clientText,
  EVERY_VARIABLE as VALUES,
  SECRET,
  WITH_VARIABLES as TEXT,
} from '../../../../support/sample-clients.ts';

describe('what may never be seen', () => {
  it('are the values of variables, and each of several secrets in one', () => {
    const two = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const secrets = `${SECRET} ${two}`;
    const { hidden } = bound(TEXT, { ...VALUES, SECRET: secrets });
    expect(hidden.everywhere).toEqual([secrets, '42', 'tr&gger 1', 'tok-1', VALUES.URL, SECRET, two]);
  });

  it('are queries and headers as they are sent, in what is told of this client', () => {
    const { hidden } = bound(TEXT, { ...VALUES, URL: 'https://example.com/deleted/abc?key=def&k2=ghi' });
    expect(hidden.own).toEqual(
      expect.arrayContaining([
        'fixed=1',
        'tr&gger 1',
        'tok-1',
        'Bearer tok-1',
        '/deleted/abc',
        'key=def&k2=ghi',
        'def',
      ]),
    );
    expect([...hidden.own, ...hidden.everywhere, ...hidden.hosts]).not.toContain('');
  });

  // Else any client could have a word of its choice taken out of what is told of the others.
  it('is nothing that stands in the file itself, in what is told of others', () => {
    const text = clientText(`
name: a
secrets: [${SECRET}]
headers: { X-Team: victim }
auth: { basic: { username: "\${U}", password: victim2 } }
subscriptions: [{ event: team.created, url: "https://victim3.example/victim4?q=victim5", query: { a: victim6 } }]
`);
    const { everywhere, hosts, own } = bound(text, { U: 'ann' }).hidden;
    expect({ everywhere, hosts }).toEqual({ everywhere: ['ann'], hosts: [] });
    expect(own).toEqual(expect.arrayContaining([SECRET, 'victim', 'victim5', 'victim6']));
  });

  it.each([
    ['https://${T}.example.com/x', 'SecretToken', ['secrettoken', 'secrettoken']],
    ['https://x-${T}-y.example.com:8443/x', 'SecretToken', ['x-secrettoken-y', 'secrettoken']],
    ['https://api.${T}/x', 'My.Secret.Example', ['my.secret.example', 'my.secret.example']],
    ['https://${T}.example.com/', 'Bücher', ['xn--bcher-kva', 'bücher']],
    ['https://${T}.example.com/', '%53ecret', ['secret', '%53ecret']],
    ['https://${T}/x', 'Host.example/Path', ['host.example', 'host.example/path']],
    ['https://example.com:${T}/', '8443', []],
    ['https://example.com/${T}', 'SecretToken', []],
    ['${T}', 'https://Example.com/hook/SecretToken', []],
  ])('is a variable that is part of a host, as it is dialled: %s', (url, value, hosts) => {
    const text = clientText(`name: a\nsubscriptions: [{event: team.created, url: "${url}"}]`);
    expect(bound(text, { T: value }).hidden.hosts).toEqual([...new Set(hosts)]);
  });

  it('of a client that writes very much is bounded', () => {
    const query = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`k${index}`, 'a'.repeat(500 + index)]),
    );
    const subscriptions = [{ event: 'team.created', url: 'https://example.com/', query }];
    const { hidden } = bound(JSON.stringify({ clients: [{ name: 'a', subscriptions }] }));
    expect(hidden.own.join('').length).toBeLessThanOrEqual(64 * 1024);
    expect(hidden.own.length).toBeGreaterThan(50);
  });
});
