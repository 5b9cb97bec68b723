/** `cursor set CLIENT after:evt_…`: a client goes on right after the event that its receiver processed last. */
import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { STORES } from '../../support/sample-pipeline.ts';
import { team } from '../../support/sample-repo.ts';
import { createSite } from '../../support/sample-site.ts';

const ALL = 'start: root';

/** Steps of one event and of several; the first commit's is one of them. */
function historyAt(url: string, kind: (typeof STORES)[number]) {
  const site = createSite(kind, clientOf('all', url, `    ${ALL}\n`), 2);
  const { author } = site.remote;
  author.commit({
    'teams/b.yml': team('b', ['x', 'y']),
    'teams/c.yml': team('c', ['z']),
    'teams/a.yml': team('a', ['member-1', 'new']),
  });
  author.commit({ 'teams/c.yml': null });
  author.git('push', '--quiet', 'origin', 'main');
  return site;
}

describe.each(STORES)('a cursor after an event, by %s', (kind) => {
  it('goes on with the event after it, which names it as the one before, wherever it stands in its step', async () => {
    const receiver = await startReceiver();
    const site = historyAt(receiver.url, kind);
    expect((await site.notify()).code).toBe(0);
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id'] as string);
    expect(ids.length).toBeGreaterThan(6);
    // In a tag the positions are the same (test/unit/adapters/cursor-stores/tag-message.test.ts): some of them will do.
    const every = kind === 'tag' ? 3 : 1;
    for (const [index, id] of ids.entries()) {
      if (index % every > 0) continue;
      const before = receiver.requests.length;
      const set = await site.run('cursor', 'set', 'all', `after:${id}`, '--execute');
      expect(set).toMatchObject({ code: 0 });
      expect((await site.notify()).code).toBe(0);
      const again = receiver.requests.slice(before).map(({ headers }) => headers);
      expect(again.map((headers) => headers['webhook-id'])).toEqual(ids.slice(index + 1));
      expect(again.slice(0, 1).map((headers) => headers['webhook-previous-id'])).toEqual(
        index + 1 < ids.length ? [id] : [],
      );
    }
  });

  it('first shows what would be sent again, and changes nothing', async () => {
    const receiver = await startReceiver();
    const site = historyAt(receiver.url, kind);
    await site.notify();
    const raw = site.raw();
    const [, second] = receiver.requests.map(({ headers }) => headers['webhook-id'] as string);
    const shown = await site.run('cursor', 'set', 'all', `after:${second}`);
    expect(shown.stdout).toMatch(
      /^all is at [0-9a-f]{12} .*\. It would be after team\.\S+ a of [0-9a-f]{12} /,
    );
    expect(shown.stdout).toContain(`sent again: ${receiver.requests.length - 2} events`);
    expect(shown.stderr).toContain(`after:${second}`);
    expect(site.raw()).toBe(raw);
  });
});

it.each([
  ['evt_1', /"evt_1" is not the id of an event\n.*webhook-id/],
  [`evt_${'0'.repeat(32)}`, /no step up to [0-9a-f]{12} has the event evt_0{32}\n.*name a commit instead/],
])('after:%s is an error with a remedy', async (id, message) => {
  const site = createSite('file', clientOf('all', 'http://127.0.0.1:1', `    ${ALL}\n`));
  const { code, stderr } = await site.run('cursor', 'set', 'all', `after:${id}`);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
});

it('an event that the client does not follow is a place too: it goes on with the next that it does', async () => {
  const receiver = await startReceiver();
  const site = historyAt(receiver.url, 'file');
  const { stdout } = await site.run('notify', '--print-events', '--init', '--format', 'ndjson');
  const created = eventsOf(stdout).find(({ type, subject }) => type === 'team.created' && subject === 'b');
  site.setClients(
    `  - name: all\n    ${ALL}\n    subscriptions:\n      - event: team.deleted\n        url: ${receiver.url}\n`,
  );
  expect((await site.run('cursor', 'set', 'all', `after:${created?.id}`, '--execute')).code).toBe(0);
  expect((await site.notify()).code).toBe(0);
  expect(
    receiver.requests.map(({ headers }) => headers['webhook-event-type'] ?? headers['ce-type']),
  ).toHaveLength(1);
});
