/** What is sent is read by receivers that people really use, with the parsers that they come with. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyParser } from '@koa/bodyparser';
import { HTTP, type CloudEvent } from 'cloudevents';
import express from 'express';
import fastify from 'fastify';
import Koa from 'koa';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WIRE_FORMATS, type WireFormat } from '../../../src/core/clients/file/wire-format.ts';
import { type TeamEvent } from '../../../src/core/events/team-event.ts';
import { EVENT_TYPES } from '../../../src/core/events/event-type.ts';
import { teamEvents, type Result } from '../../support/program.ts';
import { startReceiver } from '../../support/receiver.ts';

const SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const OLD_SECRET = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;

/** The samples of all types, in this format. */
const sendTo = (url: string, format: WireFormat, secrets: readonly string[] = [SECRET]): Promise<Result> =>
  teamEvents(['send', '--to', url, '--format', format, '--allow-host', '127.0.0.1', '--attempts', '1'], {
    env: { TEAM_EVENTS_SEND_SECRET: secrets.join(' ') },
  });

/** Serves as long as the test; its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

/**
 * Starts a receiver that is told each body as its parser gives it: the parser as it comes, but that for the format `cloudevents` it
 * is asked to read that content type too, which none does by itself.
 */
type Start = (got: (body: unknown) => void, format: WireFormat) => Promise<string>;

const CLOUDEVENTS = 'application/cloudevents+json';

const FRAMEWORKS: Readonly<Record<string, Start>> = {
  Express: (got, format) => {
    const app = express();
    app.use(format === 'cloudevents' ? express.json({ type: CLOUDEVENTS }) : express.json());
    app.post('/hook', (request, response) => {
      got(request.body);
      response.sendStatus(204);
    });
    return serve((request, response) => void app(request, response));
  },
  Fastify: async (got, format) => {
    const app = fastify();
    if (format === 'cloudevents')
      app.addContentTypeParser(CLOUDEVENTS, { parseAs: 'string' }, (_, body, done) =>
        done(null, JSON.parse(body.toString())),
      );
    app.post('/hook', (request, reply) => {
      got(request.body);
      return reply.code(204).send();
    });
    onTestFinished(() => app.close());
    return `${await app.listen({ host: '127.0.0.1', port: 0 })}/hook`;
  },
  Koa: (got, format) => {
    const app = new Koa();
    app.use(format === 'cloudevents' ? bodyParser({ extendTypes: { json: [CLOUDEVENTS] } }) : bodyParser());
    app.use((context) => {
      got((context.request as unknown as { readonly body: unknown }).body);
      context.status = 204;
    });
    const handle = app.callback();
    return serve((request, response) => void handle(request, response));
  },
};

type Fields = Readonly<Record<string, unknown>>;

/** Where the event's type stands in a parsed body of each format. */
const TYPE_IN: Readonly<Record<WireFormat, (body: Fields) => unknown>> = {
  json: ({ type }) => type,
  cloudevents: ({ type }) => type,
  'gitlab-pipeline': ({ event, variables }) => {
    expect((variables as Fields)['TEAM_EVENT_TEAM']).toBe('sample-team');
    return (event as Fields)['type'];
  },
  'github-dispatch': ({ event_type: type, client_payload: payload }) => {
    expect(((payload as Fields)['event'] as Fields)['type']).toBe(type);
    return type;
  },
  slack: ({ text }) => {
    const told = [/is a new team/, /has changed/, /left/, /joined/, /is gone/];
    return EVENT_TYPES[told.findIndex((words) => words.test(String(text).split('\n')[0] ?? ''))];
  },
};

describe.each(Object.entries(FRAMEWORKS))('%s', (_, start) => {
  it.each(WIRE_FORMATS)('reads the format %s', async (format) => {
    const bodies: unknown[] = [];
    const url = await start((body) => bodies.push(body), format);
    expect(await sendTo(url, format)).toMatchObject({ code: 0 });
    expect(bodies.map((body) => TYPE_IN[format](body as Fields))).toEqual([...EVENT_TYPES]);
  });
});

describe('the SDK of CloudEvents', () => {
  it.each(['cloudevents', 'json'] as const)('reads the format %s', async (format) => {
    const receiver = await startReceiver();
    expect(await sendTo(receiver.url, format)).toMatchObject({ code: 0 });
    for (const { headers, body, event } of receiver.requests) {
      // The SDK goes by the content type; of the default format a receiver has to say what it holds.
      const read = HTTP.toEvent({
        headers: { ...headers, 'content-type': 'application/cloudevents+json' },
        body,
      }) as CloudEvent<TeamEvent['data']>;
      expect(read.validate()).toBe(true);
      expect([read.id, read.type, read.subject, read.source]).toEqual([
        event.id,
        event.type,
        event.subject,
        event.source,
      ]);
      expect(read.data).toEqual(event.data);
      expect(HTTP.isEvent({ headers, body })).toBe(format === 'cloudevents');
    }
    expect(receiver.requests).toHaveLength(5);
  });
});

describe('Standard Webhooks', () => {
  it.each(WIRE_FORMATS)(
    'verifies the bytes of the format %s, with the new key and with the old one',
    async (format) => {
      const receiver = await startReceiver();
      expect(await sendTo(receiver.url, format, [OLD_SECRET, SECRET])).toMatchObject({ code: 0 });
      expect(receiver.requests).toHaveLength(5);
      for (const { headers, body } of receiver.requests) {
        for (const secret of [OLD_SECRET, SECRET]) {
          const webhook = new Webhook(secret);
          expect(() => webhook.verify(body, headers as Record<string, string>)).not.toThrow();
          expect(() => webhook.verify(`${body} `, headers as Record<string, string>)).toThrow(
            'No matching signature found',
          );
        }
      }
    },
  );
});

const PYTHON = ['python3', 'python'].find((name) => {
  try {
    return (
      execFileSync(name, ['-c', 'import sys; print(sys.version_info[0])'], { encoding: 'utf8' }).trim() ===
      '3'
    );
  } catch {
    return false;
  }
});

/** With nothing but the standard library: verifies each request, and prints what it read. */
const PYTHON_RECEIVER = `
import base64, hashlib, hmac, json, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(sys.argv[1].removeprefix("whsec_"))

class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        signed = ".".join([self.headers["webhook-id"], self.headers["webhook-timestamp"], ""]).encode() + body
        expected = "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        offered = self.headers["webhook-signature"].split(" ")
        fresh = abs(time.time() - int(self.headers["webhook-timestamp"])) < 300
        genuine = fresh and any(hmac.compare_digest(expected, one) for one in offered)
        print(json.dumps({"genuine": genuine, "type": json.loads(body).get("type")}), flush=True)
        self.send_response(204 if genuine else 401)
        self.end_headers()

    def log_message(self, *args):
        pass

server = HTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
`;

describe.skipIf(PYTHON === undefined)('a receiver in Python, by its standard library alone', () => {
  it('reads and verifies what is sent', async () => {
    const child = spawn(PYTHON ?? '', ['-c', PYTHON_RECEIVER, SECRET], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill());
    let output = '';
    child.stdout.setEncoding('utf8');
    const [port] = (await once(child.stdout, 'data')) as [string];
    child.stdout.on('data', (text: string) => (output += text));
    expect(await sendTo(`http://127.0.0.1:${port.trim()}`, 'json', [OLD_SECRET, SECRET])).toMatchObject({
      code: 0,
    });
    const read = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(read).toEqual(EVENT_TYPES.map((type) => ({ genuine: true, type })));
    const forged = await sendTo(`http://127.0.0.1:${port.trim()}`, 'json', [OLD_SECRET]);
    expect([forged.code, forged.stdout]).toEqual([3, expect.stringContaining('status 401')]);
  });
});
