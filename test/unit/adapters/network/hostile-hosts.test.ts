/** Whom a request may reach, as the agents that dial decide it: by the address, in every spelling, of every answer. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { urlProblem } from '../../../../src/core/clients/file/url-rules.ts';
import { DIRECT } from '../../../../src/adapters/network/agents.ts';
import { createHttpClient } from '../../../../src/adapters/destinations/webhook/send-webhook.ts';
import { withoutBrackets } from '../../../../src/adapters/network/names/host-name.ts';
import {
  judgedAddresses,
  requireLiteralAllowed,
} from '../../../../src/adapters/network/names/judged-addresses.ts';
import type { Resolve } from '../../../../src/adapters/network/names/names.ts';
import {
  DEFAULT_NETWORK_POLICY,
  type NetworkPolicy,
} from '../../../../src/adapters/network/network-policy.ts';
import { HOSTILE_LITERALS, HOSTILE_NAMES, ORDINARY_HOSTS } from '../../../support/hostile-hosts.ts';

/** DNS, where every name has these addresses. */
const answering =
  (...answers: readonly string[]): Resolve =>
  () =>
    Promise.resolve(answers.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

/** Why `https://host/` may not be dialled; undefined where it may. */
async function refusalOf(
  host: string,
  answers: readonly string[] = [],
  policy: Partial<NetworkPolicy> = {},
): Promise<string | undefined> {
  const url = `https://${host}/hook`;
  const invalid = urlProblem(url);
  if (invalid !== undefined) return `invalid: ${invalid}`;
  const rules = { ...DEFAULT_NETWORK_POLICY, ...policy };
  try {
    const { hostname, protocol } = new URL(url);
    requireLiteralAllowed(rules, new URL(url));
    await judgedAddresses(rules, withoutBrackets(hostname), protocol === 'http:', answering(...answers));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What opens as much as an operator can. */
const EVERYTHING = { allow: ['0.0.0.0/0', '::/0'], http: true };

describe('a hostile host', () => {
  it('is one of at least 150', () => {
    const all = [...HOSTILE_LITERALS, ...HOSTILE_NAMES].map(
      ({ host, answers }) => `${host} ${answers?.join(' ')}`,
    );
    expect(new Set(all).size).toBeGreaterThanOrEqual(150);
  });

  it.each([...HOSTILE_LITERALS, ...HOSTILE_NAMES])(
    '$host ($kind) $answers',
    async ({ host, kind, answers }) => {
      expect(await refusalOf(host, answers)).toMatch(kind);
      const allowed = kind === 'loopback' ? /^undefined$/ : kind;
      expect(String(await refusalOf(host, answers, EVERYTHING))).toMatch(allowed);
    },
  );
});

describe('an ordinary host', () => {
  it('is one of at least 30', () => {
    expect(new Set(ORDINARY_HOSTS.map(([host]) => host)).size).toBeGreaterThanOrEqual(30);
  });

  it.each(ORDINARY_HOSTS)('%s %s', async (host, ...answers) => {
    expect(await refusalOf(host, answers)).toBeUndefined();
  });
});

describe('a name', () => {
  /** A receiver that keeps no connection, and how often it was reached. */
  async function receiver(): Promise<{ readonly port: number; readonly reached: () => number }> {
    let count = 0;
    const server = http.createServer((_request, response) => {
      count++;
      response.writeHead(204, { connection: 'close' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return { port: (server.address() as AddressInfo).port, reached: () => count };
  }

  const send = (
    port: number,
    policy: Partial<NetworkPolicy>,
    resolve: Resolve,
    stop = new AbortController(),
  ) => {
    const client = createHttpClient({ ...DEFAULT_NETWORK_POLICY, ...policy }, DIRECT, resolve);
    onTestFinished(() => client.close());
    const request = { method: 'POST', headers: {}, body: '{}', timeoutMs: 10_000 } as const;
    return () => client.attempt({ ...request, url: `http://hooks.example:${port}/` }, stop.signal);
  };

  it('is dialled at the address that was judged: another answer at the next question changes nothing', async () => {
    const { port, reached } = await receiver();
    let asked = 0;
    const rebinding: Resolve = (host) => answering(asked++ % 2 === 0 ? '127.0.0.1' : '169.254.169.254')(host);
    const attempt = send(port, { allow: ['127.0.0.1'] }, rebinding);
    expect(await attempt()).toMatchObject({ kind: 'answered', status: 204 });
    expect([asked, reached()]).toEqual([1, 1]);
    expect(await attempt()).toEqual({
      kind: 'forbidden',
      rule: 'hooks.example (169.254.169.254) is a metadata service: always refused',
    });
    expect([asked, reached()]).toEqual([2, 1]);
  });

  it('with one bad answer among good ones is not dialled at all', async () => {
    const { port, reached } = await receiver();
    const attempt = send(port, { allow: ['127.0.0.1'] }, answering('127.0.0.1', '127.0.0.2'));
    expect(await attempt()).toEqual({
      kind: 'forbidden',
      rule: 'hooks.example (127.0.0.2) is a loopback address: refused unless network.allow or --allow-host names it',
    });
    expect(reached()).toBe(0);
  });

  it('is matched by *.name in a list of the policy, as are all names below it, and not that name itself', async () => {
    for (const host of ['a.example.com', 'A.b.Example.com.']) {
      expect(await refusalOf(host, ['10.0.0.1'], { deny: ['*.example.com'] })).toMatch(
        /is refused by network\.deny \(\*\.example\.com\)$/,
      );
    }
    for (const host of ['example.com', 'badexample.com', 'a.example.com.evil.example']) {
      expect(await refusalOf(host, ['10.0.0.1'], { deny: ['*.example.com'] })).toBeUndefined();
      expect(await refusalOf(host, ['10.0.0.1'], { only: ['*.example.com'] })).toMatch(
        /not in network\.only$/,
      );
    }
  });

  it('is refused by the address that its address carries, too', async () => {
    for (const deny of ['10.0.0.0/8', '::ffff:10.0.0.0/104', '10.0.0.1', '64:ff9b::/96', '64:ff9b::a00:1']) {
      expect(await refusalOf('a.example', ['64:ff9b::a00:1'], { deny: [deny] })).toContain(`(${deny})`);
    }
    expect(await refusalOf('a.example', ['10.0.0.1'], { deny: ['::ffff:10.0.0.0/104'] })).toContain(
      'network.deny',
    );
  });
});
