/** What a server of AMQP does that accepts nothing: each ends its attempt in time, with the host and the reason. */
import { describe, expect, it } from 'vitest';
import { PASSWORD, send } from '../../../../support/brokers/amqp-run.ts';
import { startAmqpServer, type AmqpScript, type Moment } from '../../../../support/brokers/amqp-server.ts';

const at =
  (when: Moment, act: (...given: Parameters<AmqpScript>) => boolean | void): AmqpScript =>
  (moment, connection) =>
    moment === when ? act(moment, connection) : false;
const closes = (
  when: Moment,
  what: 'Channel' | 'Connection',
  replyCode: number,
  replyText: string,
): AmqpScript =>
  at(when, (_, { send: say }) => {
    say(`${what}Close`, { replyCode, replyText, classId: 0, methodId: 0 });
    return true;
  });

describe('what is not accepted', () => {
  const AT_ALL = 'accepted the connection and did not complete the handshake of AMQP';
  const NO_CHANNEL = 'let this client in and did not open a channel';
  const silent = (moment: Moment): AmqpScript => at(moment, () => true);
  const blocked = at('publish', (_, { send: say }) => {
    say('ConnectionBlocked', { reason: 'low on disk' });
    return true;
  });

  // All at once: each takes the whole of its time.
  it('is waited for as long as an attempt may take, wherever the server falls silent', async () => {
    const cases: readonly (readonly [script: AmqpScript, told: string])[] = [
      [silent('connected'), AT_ALL],
      [silent('start-ok'), AT_ALL],
      [silent('open'), AT_ALL],
      [silent('channel'), NO_CHANNEL],
      [silent('confirm'), NO_CHANNEL],
      [silent('declare'), 'did not say whether there is such an exchange'],
      [silent('publish'), 'did not confirm the message'],
      [blocked, 'takes no messages now: low on disk'],
    ];
    const servers = await Promise.all(cases.map(([script]) => startAmqpServer(script)));
    const runs = servers.map(({ port }) => send(port, ['--attempts', '1', '--timeout', '3s']));
    for (const [index, { code, stdout }] of (await Promise.all(runs)).entries()) {
      const host = `127.0.0.1:${servers[index]?.port}`;
      expect(stdout).toContain(
        `${host}/v exchange e: no answer within 3000 ms: ${host} ${cases[index]?.[1]}`,
      );
      expect(code).toBe(3);
    }
    for (const { open } of servers) await expect.poll(() => open.size).toBe(0);
  });

  it.each<[name: string, attempts: 1 | 2, script: AmqpScript, told: string]>([
    [
      'another protocol',
      2,
      at('connected', (_, { socket }) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
      'what it sends is not AMQP 0-9-1: are host and port of the url right?',
    ],
    [
      'a protocol header of another version',
      2,
      at('connected', (_, { socket }) => (socket.end('AMQP\0\x01\0\0'), true)),
      'what it sends is not AMQP 0-9-1: are host and port of the url right?',
    ],
    [
      'an end in the handshake',
      2,
      at('start-ok', (_, { socket }) => (socket.destroy(), true)),
      'it closed the connection in the handshake of AMQP: is this a port of AMQP 0-9-1, with TLS (amqps://) or without as the url says?',
    ],
    [
      'no mechanism that is known',
      2,
      at('connected', (_, { send: say }) => {
        say('ConnectionStart', {
          serverProperties: {},
          mechanisms: Buffer.from('EXTERNAL'),
          locales: Buffer.from('en_US'),
        });
        return true;
      }),
      'SASL mechanism PLAIN is not provided by the server',
    ],
    [
      'a wrong password',
      1,
      closes('start-ok', 'Connection', 403, 'ACCESS_REFUSED - Login was refused'),
      'ACCESS_REFUSED - Login was refused (403)',
    ],
    [
      'a missing virtual host',
      1,
      closes('open', 'Connection', 530, 'NOT_ALLOWED - vhost v not found'),
      'NOT_ALLOWED - vhost v not found (530)',
    ],
    [
      'too many connections',
      2,
      closes(
        'open',
        'Connection',
        530,
        "NOT_ALLOWED - access to vhost 'v' refused for user 'u': connection limit (1) is reached",
      ),
      "NOT_ALLOWED - access to vhost 'v' refused for user 'u': connection limit (1) is reached (530)",
    ],
    [
      'a virtual host that is down',
      2,
      closes('open', 'Connection', 541, "INTERNAL_ERROR - access to vhost 'v' refused: vhost is down"),
      "INTERNAL_ERROR - access to vhost 'v' refused: vhost is down (541)",
    ],
    [
      'a missing exchange',
      2,
      closes('declare', 'Channel', 404, "NOT_FOUND - no exchange 'e' in vhost 'v'"),
      "NOT_FOUND - no exchange 'e' in vhost 'v' (404)",
    ],
    [
      'no right to it',
      1,
      closes('publish', 'Channel', 403, 'ACCESS_REFUSED - write access'),
      'ACCESS_REFUSED - write access (403)',
    ],
    [
      'a message that is too large',
      1,
      closes('publish', 'Channel', 406, 'PRECONDITION_FAILED - message size 9 is larger'),
      'PRECONDITION_FAILED - message size 9 is larger (406)',
    ],
    [
      'a message that is too large for one that says it otherwise',
      1,
      closes('publish', 'Channel', 311, 'CONTENT_TOO_LARGE'),
      'CONTENT_TOO_LARGE (311)',
    ],
    [
      'a virtual host that one calls an invalid path',
      1,
      closes('open', 'Connection', 402, 'INVALID_PATH'),
      'INVALID_PATH (402)',
    ],
    [
      'a server without publisher confirms',
      1,
      closes('publish', 'Connection', 540, 'NOT_IMPLEMENTED'),
      'NOT_IMPLEMENTED (540)',
    ],
    [
      'a server that shuts down',
      2,
      closes('publish', 'Connection', 320, 'CONNECTION_FORCED - broker forced'),
      'CONNECTION_FORCED - broker forced (320)',
    ],
    ['an error inside', 2, closes('publish', 'Connection', 541, 'INTERNAL_ERROR'), 'INTERNAL_ERROR (541)'],
    [
      'an end in the middle of a message',
      2,
      at('publish', (_, { socket }) => (socket.destroy(), true)),
      'it closed the connection before it had confirmed the message',
    ],
    [
      'a nack',
      2,
      at('publish', (_, { send: say, tag }) => (say('BasicNack', { deliveryTag: tag }), true)),
      'did not take the message (basic.nack)',
    ],
    [
      'a message that no queue gets',
      2,
      at('publish', (_, { giveBack }) => giveBack(312, 'NO_ROUTE')),
      'NO_ROUTE (312): no queue is bound to the exchange for this type of event',
    ],
    [
      'a message that comes back longer than it was',
      2,
      at('publish', (_, { giveBack }) => (giveBack(312, 'NO_ROUTE', 2 ** 40), true)),
      'it sends back more than it was sent',
    ],
    [
      'an end in the middle of the opening of a channel',
      2,
      at('channel', (_, { socket }) => (socket.destroy(), true)),
      'it closed the connection before it had confirmed the message',
    ],
    [
      'a frame that is larger than was agreed',
      2,
      at('publish', (_, { socket }) => socket.write(Buffer.from('03000140000000', 'hex'))),
      'what it sends is not AMQP 0-9-1: are host and port of the url right?',
    ],
  ])('%s', async (_, attempts, script, told) => {
    let asked = 0;
    const counted: AmqpScript = (moment, connection) => {
      const done = script(moment, connection);
      if (done === true || (moment === 'publish' && connection.published.length > 0)) asked++;
      return done;
    };
    const { port, open } = await startAmqpServer(counted);
    const { code, stdout } = await send(port, ['--attempts', '2']);
    expect(code).toBe(3);
    expect(stdout).toContain(`rabbitmq 127.0.0.1:${port}/v exchange e: 127.0.0.1:${port}`);
    expect(stdout).toContain(told);
    expect(asked).toBe(attempts);
    expect(stdout).not.toContain(PASSWORD);
    await expect.poll(() => open.size).toBe(0);
  });
});
