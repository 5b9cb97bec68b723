/** The receivers that docs/consumers.md shows: each is started, and sent real deliveries by the real program. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { CONSUMERS, javac, PROGRAMS, python, startConsumer } from '../../support/consumer.ts';
import { teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createPipeline, type SamplePipeline } from '../../support/sample-pipeline.ts';
import { team, tempFolder } from '../../support/sample-repo.ts';

const secret = (fill: number): string => `whsec_${Buffer.alloc(32, fill).toString('base64')}`;
const [OLD, SECRET, OTHER] = [secret(1), secret(2), secret(3)];

/** As the library signs; it knows no empty key, which a blank too many among the secrets may turn into one. */
function sign(id: string, at: Date, body: string, key: string): string {
  if (key !== '') return new Webhook(key).sign(id, at, body);
  const message = `${id}.${Math.floor(at.getTime() / 1000)}.${body}`;
  return `v1,${createHmac('sha256', '').update(message).digest('base64')}`;
}

/** What comes of one request, as somebody else might make it. */
async function post(
  url: string,
  body: string,
  {
    id = 'evt_00000000000000000000000000000000',
    at = new Date(),
    signed = body,
    key = SECRET,
    previousId = '',
  } = {},
): Promise<number> {
  const { status } = await fetch(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': sign(id, at, signed, key),
      ...(previousId !== '' && { 'webhook-previous-id': previousId }),
    },
  });
  return status;
}

const event = (id: string, subject: string): string => JSON.stringify({ id, type: 'team.created', subject });

interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of a receiver that knows {@link SECRET}. */
  readonly status: number;
}

/** What the program sent in each part of a story. */
type Story = readonly (readonly Delivery[])[];

const CLIENT = "    secrets: ['${KEY}']\n    start: snapshot\n";
/** Of the connection, not of the delivery. */
const HOP = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding']);
/** Before receivers find a signature too old, after five minutes, the program sends anew. */
const FRESH_MS = 120_000;

/** Real deliveries by the real program, played once for all receivers. */
function toldOnce(play: (pipeline: SamplePipeline, url: string, part: () => void) => Promise<void>) {
  let told: { readonly at: number; readonly story: Promise<Story> } | undefined;
  const tell = async (): Promise<Story> => {
    const receiver = await startReceiver(({ headers, body }) => (isGenuine(headers, body) ? 204 : 401));
    const parts: Delivery[][] = [];
    let seen = 0;
    await play(createPipeline('tag'), receiver.url, () => {
      const sent = receiver.requests.slice(seen);
      seen = receiver.requests.length;
      parts.push(
        sent.map(({ headers, body }) => ({
          headers: Object.fromEntries(
            Object.entries(headers).flatMap(([name, value]) =>
              HOP.has(name) ? [] : [[name, String(value)]],
            ),
          ),
          body,
          status: isGenuine(headers, body) ? 204 : 401,
        })),
      );
    });
    return parts;
  };
  return (): Promise<Story> => {
    if (told === undefined || Date.now() - told.at > FRESH_MS) told = { at: Date.now(), story: tell() };
    return told.story;
  };
}

function isGenuine(headers: IncomingHttpHeaders, body: string): boolean {
  try {
    new Webhook(SECRET).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

/** Sends a part of a story to a receiver, which answers as it should. */
async function deliver(url: string, deliveries: readonly Delivery[] = []): Promise<void> {
  expect(deliveries).not.toEqual([]);
  for (const { headers, body, status } of deliveries) {
    const answer = await fetch(url, { method: 'POST', headers, body });
    expect(answer.status === 401 ? 401 : answer.ok && 204).toBe(status);
  }
}

/** Two clients, of which one has another secret; a change; all of it again, and one more. */
async function sendAgain(pipeline: SamplePipeline, url: string, part: () => void): Promise<void> {
  const env = { TEAM_EVENTS_SECRETS: JSON.stringify({ right: { KEY: SECRET }, wrong: { KEY: OTHER } }) };
  pipeline.clients(clientOf('right', url, CLIENT) + clientOf('wrong', url, CLIENT));
  pipeline.push({ 'teams/a.yml': team('a', ['zoé']), 'teams/b.yml': team('b', []) });
  const run = await pipeline.runWith({ env }, '--init');
  expect(run.code).toBe(3);
  expect(run.stdout).toMatch(/✓ right +2 delivered/);
  expect(run.stdout).toMatch(/✗ wrong +0 delivered.*status 401/);
  pipeline.push({ 'teams/a.yml': team('a', ['alice']), 'teams/b.yml': null });
  await pipeline.runWith({ env }, '--client', 'right');
  part();
  pipeline.clients(clientOf('right', url, CLIENT));
  const { clone, store, clientsPath } = pipeline;
  const where = ['-C', clone, '--cursor', store, '--clients', clientsPath, '--allow-host', '127.0.0.1'];
  const replay = await teamEvents(['replay', 'root..main', '--execute', ...where], { env });
  expect(replay).toMatchObject({ code: 0, stdout: expect.stringMatching(/right +5 delivered/) });
  pipeline.push({ 'teams/c.yml': team('c', []) });
  expect(await pipeline.runWith({ env })).toMatchObject({ code: 0 });
  part();
}

/** A snapshot, which gets lost; snapshots that know more and less; a rewritten history, and a replay of it. */
async function sendSnapshots(pipeline: SamplePipeline, url: string, part: () => void): Promise<void> {
  const env = { TEAM_EVENTS_CLIENT_ONE__KEY: SECRET };
  const run = async (...args: string[]): Promise<void> => {
    expect((await pipeline.runWith({ env }, ...args)).code).toBe(0);
    part();
  };
  const set = async (place: string) =>
    expect((await pipeline.command('cursor', 'set', 'one', place, '--execute')).code).toBe(0);
  pipeline.clients(clientOf('one', url, CLIENT));
  const base = pipeline.push({ 'teams/a.yml': team('a', []), 'teams/b.yml': team('b', []) });
  pipeline.push({ 'teams/a.yml': team('a', ['alice']), 'teams/c.yml': team('c', []) });
  await run('--init');
  await set('snapshot');
  await run();
  await set('snapshot');
  pipeline.push({ 'teams/d.yml': team('d', []) });
  await run();
  pipeline.push({ 'teams/b.yml': null });
  pipeline.push({ 'teams/d.yml': team('d', ['dave']) });
  await set('now');
  await set('snapshot');
  await run();
  pipeline.git('reset', '--quiet', '--hard', base);
  const rewritten = pipeline.push({ 'teams/e.yml': team('e', []) });
  await run('--on-rewrite', 'squash');
  pipeline.push({ 'teams/e.yml': team('e', ['erin']) });
  await run();
  const where = ['-C', pipeline.clone, '--clients', pipeline.clientsPath, '--allow-host', '127.0.0.1'];
  const replay = ['replay', `${rewritten}..main`, '--execute', ...where];
  expect(await teamEvents(replay, { env })).toMatchObject({ code: 0 });
  part();
}

const sentAgain = toldOnce(sendAgain);
const snapshots = toldOnce(sendSnapshots);

describe.each(PROGRAMS)('the receiver with $name', (program) => {
  it.skipIf(program.missing)(
    'works on what is genuine once, in order, also when it is killed and sent everything again',
    async () => {
      const inbox = join(tempFolder(), 'inbox');
      const [begin, again] = await sentAgain();
      const first = await startConsumer(program, inbox, SECRET);
      await deliver(first.url, begin);
      const events = [
        'team.created a',
        'team.created b',
        'team.members.removed a',
        'team.members.added a',
        'team.deleted b',
      ];
      await first.until('team.deleted b');
      expect(first.handled).toEqual(events);
      // What it may be working on when it is killed, and works on again.
      const last = 'evt_55555555555555555555555555555555';
      await post(first.url, event(last, 'last'), { id: last });
      await first.until('team.created last');
      await first.kill();

      const second = await startConsumer(program, inbox, `${OLD} ${SECRET}`);
      await deliver(second.url, again);
      await second.until('team.created c');
      const handled = [...first.handled, ...second.handled].filter((one) => one !== 'team.created last');
      // Of the replay what is not older than what it has of that team.
      expect(handled).toEqual([...events, ...events.slice(2), 'team.created c']);
      expect(second.said()).not.toContain('gap');
    },
  );

  it.skipIf(program.missing)(
    'takes a replay of what it has lost, deletes what a snapshot does not name, and follows a rewritten history',
    async () => {
      const folder = tempFolder();
      const [lost, same, more, less, rewritten, next, replay] = await snapshots();
      const whole = ['a', 'b', 'c'].map((id) => `team.created ${id}`);
      const loser = await startConsumer(program, join(folder, 'lost'), SECRET);
      await deliver(loser.url, lost);
      await loser.until('team.created c');
      expect(loser.handled).toEqual(whole);
      await loser.kill();

      const consumer = await startConsumer(program, join(folder, 'inbox'), SECRET);
      await deliver(consumer.url, same);
      await consumer.until('team.created c');
      await deliver(consumer.url, more);
      await consumer.until('team.created d');
      await deliver(consumer.url, less);
      await consumer.until('team.deleted b');
      const later = ['team.deleted b', 'team.created a', 'team.created c', 'team.created d'].sort();
      expect(consumer.handled.slice(0, 7)).toEqual([...whole, ...whole, 'team.created d']);
      while (consumer.handled.length < 11) await consumer.more();
      expect(consumer.handled.slice(7).sort()).toEqual(later);

      await deliver(consumer.url, rewritten);
      await deliver(consumer.url, next);
      // A replay of what still waits would take its place: it works once then.
      await consumer.until('team.members.added e');
      await deliver(consumer.url, replay);
      while (consumer.handled.filter((one) => one === 'team.members.added e').length < 2) {
        await consumer.more();
      }
      expect(consumer.handled.slice(11)).toEqual([
        'team.created b',
        'team.created e',
        'team.members.removed a',
        'team.deleted c',
        'team.deleted d',
        'team.members.added e',
        'team.members.added e',
      ]);
    },
  );

  it.skipIf(program.missing)('refuses what is not genuine, and does nothing then', async () => {
    const consumer = await startConsumer(program, join(tempFolder(), 'inbox'), `${OLD}  ${SECRET} `);
    const { url } = consumer;
    const id = 'evt_11111111111111111111111111111111';
    const body = event(id, 'forged');
    const minutes = (count: number): Date => new Date(Date.now() + count * 60_000);
    expect(await post(url, body, { id, key: OTHER })).toBe(401);
    expect(await post(url, body, { id, key: '' })).toBe(401);
    expect(await post(url, body, { id, signed: `${body} ` })).toBe(401);
    expect(await post(url, body, { id, at: minutes(-6) })).toBe(401);
    expect(await post(url, body, { id, at: minutes(6) })).toBe(401);
    expect((await fetch(url, { method: 'POST', body })).status).toBe(401);
    expect((await fetch(url, { method: 'POST' })).status).toBe(401);
    expect((await fetch(new URL('/elsewhere', url), { method: 'POST', body })).status).toBe(404);

    expect(await post(url, `[${body}]`, { id })).toBe(422); // a batch

    const known = 'evt_22222222222222222222222222222222';
    expect(await post(url, event(known, 'first'), { id: known, key: OLD })).toBeLessThan(300);
    const large = event(id, 'x'.repeat(2_000_000));
    expect(await post(url, large, { id, previousId: known })).toBeLessThan(300);
    expect(await post(url, large, { id, previousId: known })).toBeLessThan(300);
    expect(consumer.said()).not.toContain('a gap');
    const later = 'evt_33333333333333333333333333333333';
    expect(
      await post(url, event(later, 'last'), {
        id: later,
        previousId: 'evt_44444444444444444444444444444444',
      }),
    ).toBeLessThan(300);
    await consumer.until('team.created last');
    expect(consumer.handled.map((line) => line.slice(0, 20))).toEqual([
      'team.created first',
      'team.created xxxxxxx',
      'team.created last',
    ]);
    expect(consumer.said()).toContain('a gap: evt_44444444444444444444444444444444');
  });
});

it.skipIf(!javac)('the receiver with the JDK compiles without a warning', () => {
  const folder = tempFolder();
  execFileSync('javac', [
    '-Xlint:all',
    '-Werror',
    '--release',
    '17',
    '-d',
    folder,
    join(CONSUMERS, 'Receiver.java'),
  ]);
  expect(readdirSync(folder)).toContain('Receiver.class');
});

/** The first event fails twice; what is worked on then is said. */
const FAILING: readonly (readonly [file: string, command: string, script: string])[] = [
  [
    'inbox.mjs',
    process.execPath,
    `const { openInbox } = await import(process.argv[2]);
    const inbox = openInbox('inbox');
    for (const id of ['evt_1', 'evt_2', 'evt_1']) inbox.accept(Buffer.from(JSON.stringify({ id })), {});
    let failures = 2;
    await inbox.work(({ id }) => {
      if (failures-- > 0) throw new Error('down');
      console.log(id);
      if (id === 'evt_2') process.exit();
    }, 1);`,
  ],
  [
    'inbox.py',
    python ?? '',
    `import os, sys
sys.path.insert(0, os.path.dirname(sys.argv[1]))
from inbox import Inbox
inbox = Inbox("inbox")
for id in ["evt_1", "evt_2", "evt_1"]:
    inbox.accept(('{"id": "%s"}' % id).encode(), {})
failures = iter([True, True])
def handle(event):
    if next(failures, False):
        raise OSError("down")
    print(event["id"], flush=True)
    if event["id"] == "evt_2":
        os._exit(0)
inbox.work(handle, 0.001)`,
  ],
];

describe.each(FAILING)('work that fails, by %s', (file, command, script) => {
  it.skipIf(command === '')('is tried again before the next', () => {
    const folder = tempFolder();
    const path = join(folder, file.replace('inbox', 'script'));
    writeFileSync(path, script);
    const env = { PATH: process.env['PATH'], PYTHONDONTWRITEBYTECODE: '1' };
    const run = spawnSync(command, [path, join(CONSUMERS, file)], { cwd: folder, env, encoding: 'utf8' });
    expect(run.stderr.match(/^trying again: .*down/gm)).toHaveLength(2);
    expect(run.stdout).toBe('evt_1\nevt_2\n');
  });
});
