/** Which proxy a request goes through, by the variables that everybody has for it. */
import { describe, expect, it } from 'vitest';
import { readProxies } from '../../../../src/adapters/network/proxies.ts';

const through = (environment: NodeJS.ProcessEnv, url = 'https://hooks.example.com/'): string | undefined =>
  readProxies(environment).forUrl(new URL(url))?.href;

describe('the variables', () => {
  it.each<[environment: NodeJS.ProcessEnv, https: string | undefined, http: string | undefined]>([
    [{}, undefined, undefined],
    [{ HTTPS_PROXY: 'http://s:1' }, 'http://s:1/', undefined],
    [{ HTTP_PROXY: 'http://p:1' }, undefined, 'http://p:1/'],
    [{ https_proxy: 'http://lower:1', HTTPS_PROXY: 'http://upper:1' }, 'http://lower:1/', undefined],
    [{ http_proxy: 'http://lower:1', HTTP_PROXY: 'http://upper:1' }, undefined, 'http://lower:1/'],
    [{ https_proxy: '', HTTPS_PROXY: ' http://upper:1 ' }, 'http://upper:1/', undefined],
    [{ ALL_PROXY: 'http://all:1', HTTPS_PROXY: 'http://s:1' }, 'http://s:1/', 'http://all:1/'],
    [{ HTTPS_PROXY: 'proxy.example:3128' }, 'http://proxy.example:3128/', undefined],
    [{ HTTPS_PROXY: 'https://u:p%40ss@proxy.example' }, 'https://u:p%40ss@proxy.example/', undefined],
    // A CGI program takes the header `Proxy` of whoever asks for this variable.
    [{ HTTP_PROXY: 'http://p:1', REQUEST_METHOD: 'GET' }, undefined, undefined],
    [{ http_proxy: 'http://p:1', REQUEST_METHOD: 'GET' }, undefined, 'http://p:1/'],
  ])('%j', (environment, https, http) => {
    expect(through(environment)).toBe(https);
    expect(through(environment, 'http://hooks.example.com/')).toBe(http);
  });

  const unusable = ['socks5://user:secret@proxy:1', 'http://', 'ftp://proxy', '::', 'http://user:secret@'];

  it.each(unusable)('that hold no proxy that can be used are told without what they hold: %s', (value) => {
    const used = (): unknown => through({ ALL_PROXY: value });
    const kind = value.startsWith('socks')
      ? 'names a SOCKS proxy, which is not supported'
      : 'is no proxy that can be used';
    expect(used).toThrow(new RegExp(`^ALL_PROXY ${kind}$`));
    expect(used).toThrow(expect.objectContaining({ exitCode: 2 }) as Error);
  });

  it.each(unusable)(
    'that hold no proxy that can be used stop nobody who does not go through it: %s',
    (value) => {
      expect(through({ ALL_PROXY: value, NO_PROXY: '*' })).toBeUndefined();
      expect(through({ ALL_PROXY: value, NO_PROXY: 'example.com' })).toBeUndefined();
      expect(through({ ALL_PROXY: value, HTTPS_PROXY: 'http://s:1' })).toBe('http://s:1/');
      expect(through({ ALL_PROXY: value }, 'https://127.0.0.1/')).toBeUndefined();
      expect(through({ HTTPS_PROXY: value }, 'http://hooks.example.com/')).toBeUndefined();
    },
  );

  it.each([
    'http://localhost/',
    'https://a.localhost./',
    'http://127.0.0.1/',
    'https://[::1]/',
    'http://[::ffff:7f00:1]/',
  ])('do not count for %s, which means this machine', (url) =>
    expect(through({ ALL_PROXY: 'http://all:1' }, url)).toBeUndefined(),
  );
});

describe('NO_PROXY', () => {
  it.each<[entry: string, excepted: string[], proxied: string[]]>([
    ['*', ['a.example', '10.0.0.1', '[fd00::1]'], []],
    [
      'example.com',
      ['example.com', 'a.example.com', 'A.B.EXAMPLE.com.'],
      ['badexample.com', 'example.com.evil.org'],
    ],
    ['.example.com', ['example.com', 'a.example.com'], ['badexample.com']],
    ['*.example.com', ['a.example.com'], ['badexample.com']],
    ['EXAMPLE.com.', ['example.com'], []],
    ['example.com:8443', ['example.com:8443'], ['example.com', 'example.com:8444']],
    ['example.com:443', ['example.com'], ['example.com:8443']],
    ['10.0.0.1', ['10.0.0.1', '167772161', '[::ffff:10.0.0.1]'], ['10.0.0.2', '10.0.0.1.example']],
    ['10.0.0.0/8', ['10.1.2.3', '10.1.2.3:8443'], ['11.0.0.1', 'ten.example']],
    ['10.0.0.1:8443', ['10.0.0.1:8443'], ['10.0.0.1']],
    ['fd00::/8', ['[fd12::1]'], ['[fe00::1]', '10.0.0.1']],
    ['fd12::1', ['[fd12::1]', '[fd12:0::1]'], ['[fd12::2]']],
    ['[fd12::1]:8443', ['[fd12::1]:8443'], ['[fd12::1]', '[fd12::1]:8444']],
    ['[fd12::1]', ['[fd12::1]', '[fd12::1]:8443'], []],
    [' a.example , b.example  c.example,, ', ['a.example', 'b.example', 'c.example'], ['d.example']],
    ['com', ['example.com'], ['example.org', 'xcom']],
    ['10.0.0.0/33, .', [], ['10.0.0.1', 'a.example']],
  ])('%j', (entry, excepted, proxied) => {
    const environment = { HTTPS_PROXY: 'http://p:1', NO_PROXY: entry };
    for (const host of excepted)
      expect([host, through(environment, `https://${host}/`)]).toEqual([host, undefined]);
    for (const host of proxied)
      expect([host, through(environment, `https://${host}/`)]).toEqual([host, 'http://p:1/']);
  });

  it('in lower case wins', () => {
    const environment = { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*', no_proxy: 'other.example' };
    expect(through(environment)).toBe('http://p:1/');
  });
});
