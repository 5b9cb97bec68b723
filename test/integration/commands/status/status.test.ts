/** What `status` says of a client that is blocked: since when, and by what. */
import { describe, expect, it } from 'vitest';
import { openEventStream } from '../../../../src/run/event-log/event-stream.ts';
import { resolveRange } from '../../../../src/run/event-log/range.ts';
import { status } from '../../../../src/commands/status/index.ts';
import { openRepository } from '../../../../src/adapters/git/clone/repository.ts';
import type { StatusReport } from '../../../../src/commands/status/status-report.ts';
import { createSite, type SampleSite } from '../../../support/sample-site.ts';
import { createContext } from '../../../support/sample-context.ts';

const SINCE = '2026-01-31T00:00:00Z';
const client = (more = ''): string =>
  `  - {name: one, subscriptions: [{event: team.members.added, url: "https://a.example/"}]${more}}\n`;

async function statusOf({ directory, clientsPath, store }: SampleSite) {
  const context = createContext();
  await status(
    {
      repo: directory,
      cursor: store,
      remote: undefined,
      branch: undefined,
      policy: undefined,
      clients: clientsPath,
      client: [],
      to: undefined,
      config: undefined,
      format: 'json',
      check: false,
      events: false,
      claimFor: 120_000,
      lateAfter: undefined,
    },
    context,
  );
  const { clients } = JSON.parse(context.printed()) as StatusReport;
  return clients[0];
}

/** Ids of the events of a type since a commit. */
async function idsOf({ directory }: SampleSite, from: string, type: string): Promise<string[]> {
  const repository = await openRepository(directory);
  const range = await resolveRange(repository, { from, to: 'HEAD' }, { squash: false, onRewrite: 'fail' });
  const stream = openEventStream(repository, range, undefined, new AbortController().signal);
  const ids: string[] = [];
  for await (const { events } of stream.steps()) {
    ids.push(...events.filter((event) => event.type === type).map(({ id }) => id));
  }
  return ids;
}

describe('a client that is blocked', () => {
  it('is behind since then, however old the event is; where that is passed over, since the next one', async () => {
    const site = createSite('file', client());
    const [commit = ''] = site.remote.commits;
    const [event = '', next = ''] = await idsOf(site, commit, 'team.members.added');
    const blocked = { event, status: 'answered 500', since: SINCE };
    await site.put('one', { commit, blocked });
    expect(await statusOf(site)).toMatchObject({
      state: 'blocked',
      pending: { events: 2 },
      since: SINCE,
      blocked: { ...blocked, type: 'team.members.added', team: 'a' },
    });
    site.setClients(client(`, skip: [${event}]`));
    expect(await statusOf(site)).toMatchObject({
      state: 'behind',
      pending: { events: 1 },
      skipped: 1,
      since: '2026-01-05T09:03:00Z',
      blocked: null,
    });
    site.setClients(client(`, skip: [${event}, ${next}]`));
    expect(await statusOf(site)).toMatchObject({ state: 'current', since: null, blocked: null });
  });
});
