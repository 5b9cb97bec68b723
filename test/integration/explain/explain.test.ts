/** `explain`: what happened to an event's team, a team or a member, and who was sent it, by the cursors. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Explanation } from '../../../src/commands/explain/subject.ts';
import { teamEvents, type Result } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { STORES } from '../../support/sample-pipeline.ts';
import { createRepo } from '../../support/sample-repo.ts';
import { createSite } from '../../support/sample-site.ts';

const explanationOf = ({ code, stdout }: Result): Explanation => {
  expect(code).toBe(0);
  return JSON.parse(stdout) as Explanation;
};
/** `type team` of each event, in order. */
const told = ({ events }: Explanation): string[] =>
  events.map(({ event }) => `${event.type} ${event.subject}`);

function sampleHistory() {
  const repo = createRepo();
  repo.commit({
    'teams/pay.yml': 'id: pay\nmembers: [alice, { id: b.ob, role: dev }]\n',
    'teams/ops.yml': 'id: ops\n',
  });
  repo.commit({ 'teams/pay.yml': 'id: pay\nmembers: [{ id: b.ob, role: lead }, ops]\n' }, 'Alice leaves');
  repo.commit({
    'teams/pay.yml': 'id: payments\npreviously: pay\nmembers: [{ id: b.ob, role: lead }, ops]\n',
  });
  return repo;
}

describe('what is explained', () => {
  it.each([
    [
      'a team, under its earlier id too',
      'pay',
      ['team'],
      [
        'team.created pay',
        'team.members.added pay',
        'team.modified pay',
        'team.members.removed pay',
        'team.members.added pay',
        'team.modified payments',
        'team.members.removed pay',
        'team.deleted pay',
      ],
    ],
    [
      'a member: it joins, its keys change',
      'b.ob',
      ['member'],
      [
        'team.members.added pay',
        'team.modified pay',
        'team.members.removed pay',
        'team.members.added payments',
      ],
    ],
    [
      'a team and a member of one id',
      'ops',
      ['team', 'member'],
      [
        'team.created ops',
        'team.members.added pay',
        'team.members.removed pay',
        'team.members.added payments',
      ],
    ],
  ])('%s', async (_, name, kinds, events) => {
    const { directory } = sampleHistory();
    const explanation = explanationOf(
      await teamEvents(['explain', name, '-C', directory, '--format', 'json']),
    );
    expect(explanation.kinds).toEqual(kinds);
    expect(told(explanation).sort()).toEqual([...events].sort());
  });

  it('an event by its id, with commit and author', async () => {
    const { directory } = sampleHistory();
    const ndjson = await teamEvents([
      '--print-events',
      '--from',
      'root',
      '--format',
      'ndjson',
      '-C',
      directory,
    ]);
    const all = ndjson.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Explanation['events'][0]['event']);
    const event = all.find(({ type }) => type === 'team.members.removed');
    const explanation = explanationOf(
      await teamEvents(['explain', event?.id ?? '', '-C', directory, '--format', 'json']),
    );
    expect(explanation).toMatchObject({ kinds: ['event'], events: [{ event, clients: [] }] });
    const { stdout, stderr } = await teamEvents(['explain', event?.id ?? '', '-C', directory]);
    expect(stdout).toContain('Alice leaves  (Ann Author, 2026-01-05)\n  - pay members removed');
    expect(stderr).toContain('--cursor');
  });

  it('nothing of this name is an error, which knows a team that is spelled nearly so', async () => {
    const { directory } = sampleHistory();
    expect(await teamEvents(['explain', 'paymets', '-C', directory])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /called "paymets" in the history of [0-9a-f]{12}\nDid you mean payments\?\n/,
      ),
    });
  });
});

describe.each(STORES)('who was sent it, by %s', (kind) => {
  it('is said by the cursors', async () => {
    const good = await startReceiver();
    const bad = await startReceiver(() => 400);
    const start = '    start: root\n';
    const site = createSite(
      kind,
      clientOf('good', good.url, start) + clientOf('bad', bad.url, start) + clientOf('idle', good.url),
    );
    expect((await site.notify()).code).toBe(3);
    site.remote.advance();
    const before = site.raw();
    const explanation = explanationOf(await site.run('explain', 'a', '--format', 'json'));
    expect(site.raw()).toBe(before);
    const states = explanation.events.map(({ event, clients }) => [
      event.type,
      ...clients.map(({ client, state }) => `${client} ${state}`),
    ]);
    const [first, ...others] = states;
    expect(first).toEqual(['team.created', 'good passed', 'bad blocked', 'idle passed']);
    expect(others.at(-1)).toEqual(['team.members.added', 'good pending', 'bad pending', 'idle pending']);
    expect(good.requests.length).toBeGreaterThan(0);

    const [, second] = explanation.events.filter(({ clients }) =>
      clients.some(({ client }) => client === 'bad'),
    );
    site.setClients(
      clientOf('good', good.url) +
        clientOf('bad', bad.url, `    skip: [${second?.event.id}]\n`) +
        clientOf('fresh', good.url),
    );
    const { stdout } = await site.run('explain', second?.event.id ?? '');
    expect(stdout).toMatch(/→ good {2}‖ bad skipped {2}‖ fresh new\n→ delivered, or older/);
  });
});

it('reads no clients file without cursors, so that a broken one is in nobody’s way', async () => {
  const { directory } = sampleHistory();
  writeFileSync(join(directory, 'clients.yml'), 'clients: {');
  expect(await teamEvents(['explain', 'pay', '-C', directory])).toMatchObject({ code: 0 });
});
