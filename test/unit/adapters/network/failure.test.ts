/** What is told of a connection that failed: where, why in plain words, and the code to look up. */
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../../src/errors.ts';
import {
  ConnectionError,
  DialError,
  ForbiddenError,
  reasonOf,
} from '../../../../src/adapters/network/failure.ts';
import { failureOf } from '../../../../src/adapters/destinations/webhook/failure.ts';

const WHERE = 'hooks.example.com (203.0.113.7)';

const nodes = (code: string, message: string): Error => Object.assign(new Error(message), { code });

describe('a failure', () => {
  it.each<[Error, RegExp]>([
    [new ConnectionError('ENOTFOUND'), /there is no such name.*\(ENOTFOUND\)$/],
    [new ConnectionError('EAI_AGAIN'), /no name server answered.*\(EAI_AGAIN\)$/],
    [new ConnectionError('EAI_FAIL'), /its name could not be resolved \(EAI_FAIL\)$/],
    [new ConnectionError('EPROXY', 'the proxy answered 403'), /the proxy answered 403$/],
    [new DialError(new Map([['203.0.113.7', 'ETIMEDOUT']])), /it did not answer.*\(ETIMEDOUT\)$/],
    [new DialError(new Map([['203.0.113.7', 'EWHATEVER']])), /no connection could be made \(EWHATEVER\)$/],
    [nodes('ECONNRESET', 'socket hang up'), /closed the connection before it had answered \(ECONNRESET\)$/],
    [
      nodes('EPROTO', 'write EPROTO 00:error:0A00010B:SSL routines::wrong version number'),
      /does not speak TLS/,
    ],
    [
      nodes('HPE_INVALID_STATUS', 'Parse Error: Invalid status'),
      /not HTTP: Invalid status \(HPE_INVALID_STATUS\)$/,
    ],
    [nodes('', 'request to https://hooks.example.com/?token=x failed'), /the request failed$/],
    [
      nodes('ERR_INVALID_CHAR', 'Invalid character in header content'),
      /Invalid character in header content$/,
    ],
  ])('%s', (error, reason) => {
    const outcome = failureOf(error, WHERE);
    expect(outcome).toMatchObject({ kind: 'unreachable', message: expect.stringMatching(reason) as string });
    expect(outcome).toMatchObject({
      message: expect.stringMatching(/^hooks\.example\.com \(203\.0\.113\.7\): \S/) as string,
    });
  });

  it('of several addresses says why of each, once where it is the same', () => {
    const messageOf = (failures: [string, string][]): unknown =>
      (failureOf(new DialError(new Map(failures)), 'far.example') as { message?: unknown }).message;
    expect(
      messageOf([
        ['203.0.113.7', 'ETIMEDOUT'],
        ['2001:db8::7', 'ENETUNREACH'],
      ]),
    ).toBe(
      'far.example: 203.0.113.7: it did not answer: is it running, and does every firewall let this through? (ETIMEDOUT); ' +
        '2001:db8::7: there is no network route to it from here (ENETUNREACH)',
    );
    expect(
      messageOf([
        ['203.0.113.7', 'ENETUNREACH'],
        ['2001:db8::7', 'ENETUNREACH'],
      ]),
    ).toBe('far.example: there is no network route to it from here (ENETUNREACH)');
  });

  it.each<[Error, string]>([
    [new ConnectionError('ENOTFOUND'), 'PLACE?'],
    [new DialError(new Map([['203.0.113.7', 'ECONNREFUSED']])), 'PLACE?'],
    [nodes('ERR_TLS_CERT_ALTNAME_INVALID', 'x'), 'PLACE?'],
    [nodes('EPROTO', 'SSL routines::wrong version number'), 'TLS?'],
  ])('%s asks for what stands where brokers are named, and not for a url', (error, asked) => {
    const reason = reasonOf(error, { place: 'PLACE?', tls: 'TLS?' });
    expect(reason).toContain(asked);
    expect(reason).not.toMatch(/url|[{}]/);
    expect(reasonOf(error)).toContain('is the url right?');
  });

  it('is a reset, tried again at once, only where the connection was closed on us', () => {
    expect(failureOf(nodes('EPIPE', 'write EPIPE'), WHERE)).toMatchObject({ reset: true });
    expect(failureOf(new ConnectionError('ENOTFOUND'), WHERE)).toMatchObject({ reset: false });
  });

  it('of a rule is one of the rule alone', () => {
    expect(failureOf(new ForbiddenError('no way'), WHERE)).toEqual({ kind: 'forbidden', rule: 'no way' });
    expect(failureOf(new UsageError('no proxy'), WHERE)).toEqual({ kind: 'forbidden', rule: 'no proxy' });
  });
});
