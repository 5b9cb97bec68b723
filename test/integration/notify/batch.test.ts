/** `batch: step`: the events of a step that go to one endpoint are one request, signed, in order, and resumed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import type { TeamEvent } from '../../../src/core/events/team-event.ts';
import { startListener } from '../../support/listener.ts';
import { brief, teamEvents } from '../../support/program.ts';
import { ALL_TYPES, clientOf, startReceiver, type Received, type Receiver } from '../../support/receiver.ts';
import { SECRET } from '../../support/sample-clients.ts';
import { createPipeline, STORES } from '../../support/sample-pipeline.ts';
import { team, tempFolder, type Files } from '../../support/sample-repo.ts';

const BY_STEP = '    batch: step\n    start: snapshot\n';
const eventsOf = ({ body }: Received): readonly TeamEvent[] => {
  const value = JSON.parse(body) as TeamEvent | readonly TeamEvent[];
  return Array.isArray(value) ? (value as readonly TeamEvent[]) : [value as TeamEvent];
};
const batches = ({ accepted }: Receiver): string[][] => accepted.map((one) => brief([...eventsOf(one)]));
const idsOf = ({ accepted }: Receiver): string[] =>
  accepted.flatMap((one) => eventsOf(one).map(({ id }) => id));

const teamsOf = (ids: readonly string[], members: readonly string[]): Files =>
  Object.fromEntries(ids.map((id) => [`teams/${id}.yml`, team(id, members)]));

const named = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `t${String(index).padStart(3, '0')}`);

describe.each(STORES)('with cursors in a %s', (kind) => {
  it('a step is one request: its ids, what was before it, its bytes and its signature', async () => {
    const pipeline = createPipeline(kind);
    const receiver = await startReceiver();
    pipeline.clients(clientOf('all', receiver.url, `${BY_STEP}    secrets: ['${SECRET}']\n`));
    pipeline.push(teamsOf(['app', 'core', 'ops'], ['alice']));
    expect((await pipeline.run('--init')).code).toBe(0);
    pipeline.push({ ...teamsOf(['core', 'ops'], ['alice', 'bob']), 'teams/app.yml': null });
    const printed = await teamEvents([
      '-C',
      pipeline.clone,
      '--print-events',
      '--from',
      'HEAD~1',
      '--format',
      'ndjson',
    ]);
    expect((await pipeline.run()).code).toBe(0);
    expect(batches(receiver)).toEqual([
      ['team.created app', 'team.created core', 'team.created ops'],
      ['team.members.added core', 'team.members.added ops', 'team.deleted app'],
    ]);
    const [first, second] = receiver.accepted;
    const [before, after] = [eventsOf(first!), eventsOf(second!)];
    expect(second?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': after.at(-1)?.id,
      'idempotency-key': after.at(-1)?.id,
      'webhook-previous-id': before.at(-1)?.id,
      'webhook-remaining': '0',
    });
    expect(first?.headers).not.toHaveProperty('webhook-previous-id');
    const texts = printed.stdout.trim().split('\n');
    expect(second?.body).toBe(`[${texts.filter((text) => !text.includes('impliedBy')).join(',')}]`);
    for (const { body, headers } of receiver.accepted)
      expect(() => new Webhook(SECRET).verify(body, headers as Record<string, string>)).not.toThrow();
  });

  it('at most 100 events go together, and a run that dies in mid-step sends the rest of it as a batch', async () => {
    const pipeline = createPipeline(kind);
    let isDown = true;
    const receiver = await startReceiver((request) => (isDown && eventsOf(request).length < 100 ? 503 : 204));
    pipeline.clients(clientOf('all', receiver.url, BY_STEP));
    pipeline.push(teamsOf(named(250), []));
    const first = await pipeline.run('--init', '--format', 'json');
    expect(first.code).toBe(3);
    expect((JSON.parse(first.stdout) as { clients: object[] }).clients[0]).toMatchObject({
      status: 'blocked',
      delivered: 200,
      pending: 50,
    });
    isDown = false;
    expect((await pipeline.run()).code).toBe(0);
    expect(batches(receiver).map((one) => one.length)).toEqual([100, 100, 50]);
    expect(receiver.accepted.map(({ headers }) => headers['webhook-remaining'])).toEqual(['150', '50', '0']);
    expect(new Set(idsOf(receiver)).size).toBe(250);
  });

  it('with `order: team` only the team of a refused event is held, and the rest of a batch is accepted', async () => {
    const pipeline = createPipeline(kind);
    const refused = new Set(['t123']);
    const receiver = await startReceiver((request) =>
      eventsOf(request).some(({ subject }) => refused.has(subject)) ? 422 : 204,
    );
    pipeline.clients(clientOf('all', receiver.url, `${BY_STEP}    order: team\n`));
    pipeline.push(teamsOf(named(250), []));
    const first = await pipeline.run('--init', '--format', 'json');
    expect(first.code).toBe(3);
    expect((JSON.parse(first.stdout) as { clients: object[] }).clients[0]).toMatchObject({
      status: 'held',
      delivered: 249,
      pending: 1,
      held: [{ team: 't123' }],
    });
    expect(receiver.requests.length).toBeLessThan(110);
    pipeline.push(teamsOf(named(250), ['alice']));
    expect((await pipeline.run()).code).toBe(3);
    refused.clear();
    expect((await pipeline.run()).code).toBe(0);
    expect(new Set(idsOf(receiver)).size).toBe(500);
    expect(idsOf(receiver)).toHaveLength(500);
    const ofHeld = receiver.accepted.flatMap(eventsOf).filter(({ subject }) => subject === 't123');
    expect(brief(ofHeld)).toEqual(['team.created t123', 'team.members.added t123']);
  });
});

describe('a batch', () => {
  it('that is refused comes again in parts: the lane stops at the very event', async () => {
    const pipeline = createPipeline('file');
    const receiver = await startReceiver((request) =>
      eventsOf(request).some(({ subject }) => subject === 'core') ? 422 : 204,
    );
    pipeline.clients(clientOf('all', receiver.url, BY_STEP));
    pipeline.push(teamsOf(['app', 'core', 'ops'], []));
    const { code, stdout, stderr } = await pipeline.run('--init');
    expect(code).toBe(3);
    expect(receiver.requests.map((one) => brief([...eventsOf(one)]))).toEqual([
      ['team.created app', 'team.created core', 'team.created ops'],
      ['team.created app'],
      ['team.created core', 'team.created ops'],
      ['team.created core'],
    ]);
    expect(stdout + stderr).toContain('core');
    // An event that is passed over knowingly ends nothing: the rest is one batch again.
    const poison = eventsOf(receiver.requests.at(-1)!)[0]!.id;
    pipeline.clients(clientOf('all', receiver.url, `${BY_STEP}    skip: [${poison}]\n`));
    expect((await pipeline.run()).code).toBe(0);
    expect(batches(receiver).at(-1)).toEqual(['team.created ops']);
  });

  it('that could not be divided, as the receiver wants it much later, names no event to be skipped', async () => {
    const pipeline = createPipeline('file');
    const receiver = await startReceiver((_, response) => {
      response.writeHead(500, { 'retry-after': '600' }).end();
    });
    pipeline.clients(clientOf('all', receiver.url, BY_STEP));
    pipeline.push(teamsOf(['app', 'core', 'ops'], []));
    const { code, stdout, stderr } = await pipeline.run('--init');
    expect([code, receiver.requests.length]).toEqual([3, 1]);
    expect(stdout + stderr).toContain('3 events in one request');
    expect(stdout + stderr).not.toContain('skip:');
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['', {}],
    [', whenever it could be tried again', { 'retry-after': '5' }],
  ])('that is too large for the receiver is halved, for the rest of the run%s', async (_, headers) => {
    const pipeline = createPipeline('file');
    const receiver = await startReceiver((request, response) => {
      response.writeHead(eventsOf(request).length > 30 ? 413 : 204, headers).end();
    });
    pipeline.clients(clientOf('all', receiver.url, BY_STEP));
    pipeline.push(teamsOf(named(200), []));
    expect((await pipeline.run('--init')).code).toBe(0);
    expect(receiver.requests.map((one) => eventsOf(one).length)).toEqual([
      100, 50, 25, 25, 25, 25, 25, 25, 25, 25,
    ]);
    expect(new Set(idsOf(receiver)).size).toBe(200);
  });

  it('is ended by an event for another endpoint, and not by one that is not for the client', async () => {
    const pipeline = createPipeline('file');
    const [one, other] = [await startReceiver(), await startReceiver()];
    const entry = (order: string): string =>
      `  - name: all\n${BY_STEP}${order}    subscriptions:\n` +
      `      - { event: team.created, url: "${one.url}" }\n` +
      `      - { event: team.members.removed, url: "${other.url}" }\n` +
      `      - { event: team.members.added, url: "${one.url}", teams: ['!core'] }\n`;
    pipeline.clients(entry(''));
    pipeline.push(teamsOf(['app', 'core', 'ops'], ['alice']));
    expect((await pipeline.run('--init')).code).toBe(0);
    pipeline.push({ ...teamsOf(['app', 'core', 'ops'], ['bob']), ...teamsOf(['web'], ['eve']) });
    expect((await pipeline.run()).code).toBe(0);
    expect(batches(one)).toEqual([
      ['team.created app', 'team.created core', 'team.created ops'],
      ['team.created web'],
      ['team.members.added app', 'team.members.added ops'],
    ]);
    expect(batches(other)).toEqual([
      ['team.members.removed app', 'team.members.removed core', 'team.members.removed ops'],
    ]);
    expect(one.accepted.at(-1)?.headers['webhook-previous-id']).toBe(eventsOf(other.accepted[0]!).at(-1)?.id);
  });

  it('is put together anew where the clients file changes between two attempts', async () => {
    const pipeline = createPipeline('file');
    const receiver: Receiver = await startReceiver((_, __, count) => {
      if (count > 1) return 204;
      pipeline.clients(clientOf('all', receiver.url, `${BY_STEP}    teams: ['!core']\n`));
      return 503;
    });
    pipeline.clients(clientOf('all', receiver.url, BY_STEP));
    pipeline.push(teamsOf(['app', 'core', 'ops'], []));
    expect((await pipeline.run('--init')).code).toBe(0);
    expect(batches(receiver)).toEqual([['team.created app', 'team.created ops']]);
  });

  it.each([
    ['cloudevents', 'application/cloudevents-batch+json'],
    ['json', 'application/json'],
  ])('as %s is a list, be it of one event', async (format, type) => {
    const pipeline = createPipeline('file');
    const receiver = await startReceiver();
    pipeline.clients(clientOf('all', receiver.url, `${BY_STEP}    format: ${format}\n`));
    pipeline.push(teamsOf(['app'], []));
    expect((await pipeline.run('--init')).code).toBe(0);
    expect(receiver.accepted[0]?.headers['content-type']).toBe(type);
    expect(Array.isArray(JSON.parse(receiver.accepted[0]!.body))).toBe(true);
  });

  it('as slack is one message for the whole step, with counts and the first names', async () => {
    const pipeline = createPipeline('file');
    const receiver = await startReceiver();
    pipeline.clients(clientOf('all', receiver.url, `${BY_STEP}    format: slack\n`));
    pipeline.push(teamsOf(named(300), []));
    expect((await pipeline.run('--init')).code).toBe(0);
    expect(receiver.accepted).toHaveLength(1);
    const { text } = JSON.parse(receiver.accepted[0]!.body) as { text: string };
    expect(text).toMatch(/^300 new teams: t000, t001, .*t019 and 280 more\.\nas of /);
    pipeline.push({ ...teamsOf(['t000', 't001'], ['ann', 'bob']), 'teams/t002.yml': null });
    expect((await pipeline.run()).code).toBe(0);
    const { text: next } = JSON.parse(receiver.accepted[1]!.body) as { text: string };
    expect(next.split('\n').slice(0, 2)).toEqual([
      '4 members joined 2 teams: t000 (ann and bob) and t001 (ann and bob).',
      't002 is gone.',
    ]);
  });

  it('is an attempt with all its ids in the journal, and one of its attempts in the report', async () => {
    const pipeline = createPipeline('file');
    const receiver = await startReceiver();
    const folder = tempFolder();
    const [journal, report] = [join(folder, 'journal.ndjson'), join(folder, 'report.json')];
    pipeline.clients(clientOf('all', receiver.url, BY_STEP));
    pipeline.push(teamsOf(['app', 'core'], []));
    const { stdout } = await pipeline.run('--init', '--journal', journal, '--report', report);
    expect(stdout).toContain('2 created');
    const [line, ...others] = readFileSync(journal, 'utf8').trim().split('\n');
    expect(others).toEqual([]);
    const ids = idsOf(receiver);
    expect(JSON.parse(line!)).toMatchObject({ event: ids.at(-1), batch: ids, verdict: 'accepted' });
    const { clients } = JSON.parse(readFileSync(report, 'utf8')) as { clients: object[] };
    expect(clients[0]).toMatchObject({ delivered: 2, attempts: 1 });
  });

  it('of hundreds of events has a line of bounded length in the journal, and the page counts all', async () => {
    const pipeline = createPipeline('file');
    const receiver = await startReceiver();
    const journal = join(tempFolder(), 'journal.ndjson');
    pipeline.clients(clientOf('all', receiver.url, `${BY_STEP}    format: slack\n`));
    pipeline.push(teamsOf(named(300), []));
    await pipeline.run('--init', '--journal', journal);
    const [line = '', ...others] = readFileSync(journal, 'utf8').trim().split('\n');
    expect(others).toEqual([]);
    expect(line.length).toBeLessThan(5000);
    const { event, batch, events } = JSON.parse(line) as { event: string; batch: string[]; events: number };
    expect([batch.length, batch.at(-1), events]).toEqual([100, event, 300]);
    const { stdout } = await teamEvents(['report', '--journal', journal]);
    expect(stdout).toContain('300 deliveries, all accepted');
    expect(stdout).toContain(`${event} and 299 before it`);
  });

  it('is taken apart by listen, which checks its signature and the order of each event, and sent again from its lines', async () => {
    const pipeline = createPipeline('file');
    const key = { TEAM_EVENTS_LISTEN_SECRET: SECRET };
    const [text, lines] = [
      await startListener(['--count', '4'], key),
      await startListener(['--count', '2', '--format', 'ndjson'], key),
    ];
    const signed = `${BY_STEP}    secrets: ['${SECRET}']\n`;
    pipeline.clients(`${clientOf('text', text.url, signed)}${clientOf('lines', lines.url, signed)}`);
    pipeline.push(teamsOf(['app', 'core'], ['alice']));
    expect((await pipeline.run('--init')).code).toBe(0);
    pipeline.push(teamsOf(['app', 'core'], ['alice', 'bob']));
    expect((await pipeline.run()).code).toBe(0);
    const kept = join(tempFolder(), 'kept.ndjson');
    writeFileSync(kept, (await lines.output()).stdout);
    const send = [
      'send',
      kept,
      '--client',
      'text',
      '--clients',
      pipeline.clientsPath,
      '--allow-host',
      '127.0.0.1',
    ];
    expect((await teamEvents(send)).stdout).toContain('4 events');
    const { stdout, summary } = await text.output();
    expect(stdout.match(/^#.*$/gm)).toEqual([
      expect.stringMatching(/^#1 {2}200 {2}POST \/ {2}2 events {2}evt_\w+ {2}signature valid$/),
      expect.stringMatching(/^#2 {2}200 {2}POST \/ {2}2 events {2}evt_\w+ {2}signature valid$/),
      expect.stringMatching(/^#3 .* signature valid$/),
      expect.stringMatching(/^#4 .* signature valid$/),
    ]);
    expect(stdout).toMatch(/^ {6}team\.members\.added core {2}evt_\w+\n {8}\+ bob$/m);
    expect(summary).toContain(
      '4 requests with 8 events, 4 accepted, 0 retries, 0 duplicates, 0 gaps, 0 out of order',
    );
  });

  it('is counted as a request by the dry run, as it will be made', async () => {
    const pipeline = createPipeline('file');
    const receiver = await startReceiver();
    const clients = [
      clientOf('all', receiver.url, BY_STEP),
      clientOf('singles', receiver.url, '    start: snapshot\n'),
    ];
    pipeline.clients(clients.join(''));
    pipeline.push(teamsOf(named(130), []));
    const { stdout } = await pipeline.run('--init', '--print-events');
    expect(stdout).toMatch(/all +would get 130 events in 2 requests$/m);
    expect(stdout).toMatch(/singles +would get 130 events$/m);
    pipeline.clients(clientOf('all', receiver.url, BY_STEP));
    expect((await pipeline.run('--init')).code).toBe(0);
    expect(receiver.requests).toHaveLength(2);
  });

  it('is sent again by replay with the same bytes', async () => {
    const pipeline = createPipeline('file');
    const receiver = await startReceiver();
    pipeline.clients(clientOf('all', receiver.url, BY_STEP));
    pipeline.push(teamsOf(['app', 'core'], []));
    await pipeline.run('--init');
    pipeline.push(teamsOf(['app', 'core'], ['alice']));
    await pipeline.run();
    const { code } = await pipeline.command(
      'replay',
      'HEAD~1..HEAD',
      '--execute',
      '--allow-host',
      '127.0.0.1',
    );
    expect(code).toBe(0);
    const [, sent, again] = receiver.accepted;
    expect(again?.body).toBe(sent?.body);
    expect(again?.headers['webhook-replay']).toBe('true');
    expect(again?.headers['webhook-id']).toBe(sent?.headers['webhook-id']);
  });

  it('of new teams is a problem where requests for their members are made one by one', async () => {
    const pipeline = createPipeline('file');
    const entry = (batch: string): string =>
      `  - name: all\n    subscriptions:\n      - { event: team.created, url: "https://example.com/"${batch} }\n` +
      `      - { event: team.members.added, url: "https://example.com/\${each.id}", each: added, body: none }\n`;
    pipeline.push(teamsOf(['app'], []));
    const check = () => teamEvents(['check', '-C', pipeline.clone, '--clients', pipeline.clientsPath]);
    pipeline.clients(entry(', batch: step'));
    const { code, stdout, stderr } = await check();
    expect(code).toBe(2);
    expect(stdout + stderr).toMatch(/clients\.yml:4:.* team\.created brings requests for members along/);
    pipeline.clients(entry(''));
    expect((await check()).code).toBe(0);
  });

  it.each([
    ['format: gitlab-pipeline', 'batch: step is for the formats json, cloudevents, slack'],
    ['body: { a: "${team.id}" }', 'this request is made of one event'],
    ['each: members, body: { a: "${each.id}" }', 'this request is made of one event'],
    ['method: DELETE', 'a DELETE is of one event'],
  ])('of what cannot go together is a problem with its place: %s', async (more, message) => {
    const pipeline = createPipeline('file');
    pipeline.clients(
      `  - name: all\n    batch: step\n    subscriptions:\n` +
        `      - { event: team.created, url: "https://example.com/", ${more} }\n`,
    );
    pipeline.push(teamsOf(['app'], []));
    const check = () => teamEvents(['check', '-C', pipeline.clone, '--clients', pipeline.clientsPath]);
    const { code, stdout, stderr } = await check();
    expect(code).toBe(2);
    expect(stdout + stderr).toMatch(/clients\.yml:5/);
    expect(stdout + stderr).toContain(message);
    // What is said at the subscription counts.
    pipeline.clients(
      `  - name: all\n    batch: step\n    subscriptions:\n` +
        `      - { event: team.created, url: "https://example.com/", batch: none, ${more} }\n` +
        `      - { events: ${ALL_TYPES.replace('team.created, ', '')}, url: "https://example.com/" }\n`,
    );
    expect((await check()).code).toBe(0);
  });
});
