/** The dry run with cursors ends as a run would, but for what is merely pending: a merge request may look at it. */
import { describe, expect, it } from 'vitest';
import { clientOf } from '../../support/receiver.ts';
import { STORES } from '../../support/sample-pipeline.ts';
import { createSite, LOCAL, type SampleSite } from '../../support/sample-site.ts';

const NOBODY = 'http://127.0.0.1:1';
const shown = (site: SampleSite, ...args: string[]) => site.run('notify', '--print-events', ...args);

describe.each(STORES)('what is pending by cursors in a %s', (kind) => {
  it('is shown with exit code 0, also where a client is paused or has not begun', async () => {
    const site = createSite(
      kind,
      clientOf('one', NOBODY) + clientOf('new', NOBODY) + clientOf('held', NOBODY, '    paused: true\n'),
    );
    const [, commit = ''] = site.remote.commits;
    for (const client of ['one', 'held']) await site.put(client, { commit });
    const { code, stdout, stderr } = await shown(site);
    expect(code).toBe(0);
    expect(stdout).toContain('→ one  ‖ held paused\n');
    expect(stderr).toContain('new: would begin (start: now)\n');
  });

  it('ends with 8 in a store that is empty, unless it may begin', async () => {
    const site = createSite(kind, clientOf('one', NOBODY, '    start: snapshot\n'));
    const empty = await shown(site);
    expect(empty.code).toBe(8);
    expect(empty.stdout).toContain('→ one\n');
    expect(empty.stderr).toContain(
      `${site.store} holds no cursor yet: the first run needs --init (or TEAM_EVENTS_INIT=true):\n  team-events `,
    );
    expect((await shown(site, '--init')).code).toBe(0);
    expect(site.raw()).toBe('');
  });

  it('ends with 6 where history does not lead on from a cursor, with 5 where a run serves it, as the run does', async () => {
    const site = createSite(kind, clientOf('one', NOBODY));
    const { author } = site.remote;
    author.git('checkout', '--quiet', '-b', 'side', 'HEAD~1');
    const elsewhere = author.commit({ 'README.md': 'x' });
    author.git('push', '--quiet', 'origin', 'side');
    author.git('checkout', '--quiet', 'main');
    await site.put('one', { commit: elsewhere });
    expect([(await shown(site)).code, (await site.run('notify', ...LOCAL)).code]).toEqual([6, 6]);

    const [, commit = ''] = site.remote.commits;
    const claim = { run: 'https://ci.example.com/7', until: new Date(Date.now() + 300_000).toISOString() };
    await site.put('one', { commit, claim });
    expect([(await shown(site)).code, (await site.run('notify', ...LOCAL)).code]).toEqual([5, 5]);
  });
});

describe('what is pending by tags', () => {
  it('ends with 8 where a cursor is gone, and the others are shown', async () => {
    const site = createSite('tag', clientOf('one', NOBODY) + clientOf('two', NOBODY));
    const [, commit = ''] = site.remote.commits;
    for (const client of ['one', 'two']) await site.put(client, { commit });
    site.remote.git('tag', '--delete', 'team-events/one');
    const { code, stdout } = await shown(site);
    expect(code).toBe(8);
    expect(stdout).toContain('→ two\n');
    expect(stdout).toContain(
      '✗ one  would get nothing  its cursor cannot be used: the cursor of one is gone',
    );
  });
});
