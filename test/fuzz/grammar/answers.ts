/** What receivers answer: bytes, and what they do with the connection. */
import type { Random } from '../../torture/random.ts';
import { number, size, text } from './pieces.ts';
import { answered } from './requests.ts';

export interface Answer {
  readonly bytes: Buffer;
  /**
   * What follows: the end of the connection, its reset, nothing for as long as the healthy client is not served, or
   * nothing for ever; or those bytes again and again.
   */
  readonly next: 'end' | 'reset' | 'wait' | 'hang' | 'flood';
}

/** What it has been sent, in the answer's reason: a secret among it. */
export const ECHO = '%HEADERS%';

export function answer(random: Random): Answer {
  const kind = random.next();
  if (kind < 0.12)
    return { bytes: Buffer.alloc(0), next: random.pick(['reset', 'end', 'wait', 'wait', 'wait']) };
  if (kind < 0.135) return { bytes: Buffer.alloc(0), next: 'hang' };
  if (kind < 0.2)
    return { bytes: Buffer.from(garbage(random), 'latin1'), next: random.pick(['end', 'reset', 'wait']) };
  if (kind < 0.24) return flood(random);
  const interim = random.chance(0.1) ? 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(random.int(1, 40)) : '';
  return {
    bytes: Buffer.concat([Buffer.from(interim), whole(random)]),
    next: random.pick(['end', 'end', 'end', 'reset', 'wait']),
  };
}

function garbage(random: Random): string {
  return random.pick([
    '220 mail.example ESMTP\r\n',
    'HTTP/9.9 200 OK\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    'HTTP/1.1 101 x\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nx',
    'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcdef',
    'HTTP/1.1 200 OK\r\n x: folded\r\n\r\n',
    'HTTP/1.1 200',
    '\u0016\u0003\u0001\u0002\0\u0001\0',
    Buffer.from(text(random)).toString('latin1'),
  ]);
}

function flood(random: Random): Answer {
  const piece = random.pick([
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 102 Processing\r\nx: y\r\n\r\n',
    `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(100)}`,
    'HTTP/1.1 500 x\r\n\r\nx',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n',
    'x',
  ]);
  return { bytes: Buffer.from(piece.repeat(random.int(1, 300)), 'latin1'), next: 'flood' };
}

function whole(random: Random): Buffer {
  const status = random.chance(0.9)
    ? random.pick([200, 204, 299, 301, 307, 400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 503, 599])
    : number(random);
  const said = random.chance(0.4) ? ECHO : text(random);
  const body = Buffer.from(
    random.pick([
      () => said,
      () => answered(random),
      () => JSON.stringify({ message: said, error: { message: text(random) } }),
      () => `{"message": ${'['.repeat(size(random, 60_000))}`,
      () => `<html><title>${said}</title>`,
      () => text(random).repeat(size(random, 300)).slice(0, 300_000),
      () => '',
    ])(),
  );
  const headers = [
    `content-length: ${random.chance(0.9) ? body.length : number(random)}`,
    ...random.some(
      [
        `retry-after: ${random.pick(['0', '1', 'Fri, 31 Dec 9999 23:59:59 GMT', oneLine(String(number(random)))])}`,
        `location: ${random.pick(['/x', 'http://169.254.169.254/', oneLine(text(random))])}`,
        `x-ratelimit-remaining: ${random.pick(['0', '-1', 'x'])}`,
        `x-ratelimit-reset: ${random.pick(['0', '99999999999999', 'x'])}`,
        `content-type: ${random.pick(['application/json', 'text/html', 'x/y; charset=utf-7'])}`,
        'content-encoding: gzip',
        `set-cookie: ${oneLine(text(random))}`,
        `x-long: ${'y'.repeat(size(random, 60_000))}`,
      ],
      0.15,
    ),
    'connection: close',
  ];
  const head = `HTTP/1.1 ${oneLine(String(status))} ${oneLine(text(random))}\r\n${headers.join('\r\n')}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

const oneLine = (words: string): string => words.replace(/[\r\n]+/g, ' ').slice(0, 2000);
