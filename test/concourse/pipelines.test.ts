/** The pipelines of concourse/, played job by job on real repositories, with real receivers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientOf, startReceiver } from '../support/receiver.ts';
import { team, type Files } from '../support/sample-repo.ts';
import type { Build } from './play.ts';
import { HOST_KEY } from './git-servers.ts';
import { gitIn } from './resources.ts';
import { createSite, fromRoot, type Site } from './sample-site.ts';
import { textOf } from './yaml-file.ts';

const reportOf = (build: Build): unknown =>
  JSON.parse(readFileSync(join(build.artifacts.get('report') ?? '', 'report.json'), 'utf8'));

describe('pipeline.yml', () => {
  it('begins only when it is told to, then tells each commit once', async () => {
    const site = createSite();
    const receiver = await startReceiver();
    site.clients(fromRoot('all', receiver.url));
    const pipeline = site.pipeline('pipeline.yml');
    const first = await pipeline.build('notify');
    expect(first).toMatchObject({ status: 'failed', output: expect.stringContaining('--init') });
    expect(first.output).toContain('all: 1 events first (start: snapshot)');
    expect(receiver.requests).toHaveLength(0);

    pipeline.set({ init: true });
    expect(await pipeline.build('notify')).toMatchObject({ status: 'succeeded' });
    expect(receiver.accepted.map(({ event }) => event.type)).toEqual(['team.created']);
    pipeline.set({ init: '' });

    const [one, two, three] = [site.advance(), site.advance(), site.advance()];
    const build = await pipeline.build('notify');
    expect(build.status).toBe('succeeded');
    expect(build.output).toContain('6 delivered');
    expect(reportOf(build)).toMatchObject({ exitCode: 0, clients: [{ client: 'all', delivered: 6 }] });
    const commits = receiver.accepted.slice(1).map(({ event }) => event.data.commit.id);
    expect(commits).toEqual([one, one, two, two, three, three]);
    expect(site.cursor('all')).toBe(three);
    const message = site.teams.git('for-each-ref', '--format=%(contents)', 'refs/tags/team-events/all');
    expect(message).toContain(
      'Run: https://concourse.example.com/teams/main/pipelines/team-events/jobs/notify',
    );

    // Nothing comes of the rerun of an old build, nor of tags that a worker kept with the inputs of that time.
    for (const rerun of [first, build]) {
      expect(await pipeline.build('notify', { rerun })).toMatchObject({ status: 'succeeded' });
    }
    const kept = gitIn(build.artifacts.get('teams') ?? '')('for-each-ref', 'refs/tags');
    expect(kept).toContain('refs/tags/team-events/all');
    expect(receiver.requests).toHaveLength(7);
    expect(site.cursor('all')).toBe(three);
  });

  it('is red while a receiver is down, tells the others, and goes on there in the next build', async () => {
    const site = createSite();
    let down = false;
    const [weak, strong] = [await startReceiver(() => (down ? 503 : 204)), await startReceiver()];
    site.clients(fromRoot('weak', weak.url) + fromRoot('strong', strong.url));
    const pipeline = site.pipeline('pipeline.yml', { init: true });
    expect(await pipeline.build('notify')).toMatchObject({ status: 'succeeded' });
    const before = site.cursor('weak');

    down = true;
    const commit = site.advance();
    const red = await pipeline.build('notify');
    expect(red).toMatchObject({ status: 'failed', output: expect.stringMatching(/✗ .*weak.*blocked/s) });
    expect(reportOf(red)).toMatchObject({ exitCode: 3 }); // outputs are kept though it failed
    expect(site.cursor('weak')).toBe(before);
    expect(site.cursor('strong')).toBe(commit);
    const status = await pipeline.build('status');
    expect(status).toMatchObject({ status: 'failed', output: expect.stringContaining('weak') });

    down = false;
    expect(await pipeline.build('notify')).toMatchObject({ status: 'succeeded' });
    expect(site.cursor('weak')).toBe(commit);
    expect(weak.accepted.map(({ event }) => event.id)).toEqual(strong.accepted.map(({ event }) => event.id));
  });

  it('saves what was delivered when a build is aborted, and goes on there', async () => {
    const site = createSite();
    let abort = (): void => undefined;
    const receiver = await startReceiver((_, __, count) => {
      if (count === 4) abort();
      return 204;
    });
    site.clients(fromRoot('all', receiver.url));
    const pipeline = site.pipeline('pipeline.yml', { init: true });
    await pipeline.build('notify');
    for (let index = 0; index < 5; index++) site.advance();
    const aborted = await pipeline.build('notify', { onTask: (how) => (abort = how) });
    expect(aborted.status).toBe('aborted');
    expect(aborted.output).toMatch(/stopped/);
    const delivered = receiver.accepted.length;
    expect(delivered).toBeLessThan(11);

    abort = (): void => undefined;
    expect(await pipeline.build('notify')).toMatchObject({ status: 'succeeded' });
    const ids = receiver.accepted.map(({ event }) => event.id);
    expect(ids).toHaveLength(11); // its cursor was saved: nothing came twice
    expect(new Set(ids).size).toBe(11);
  });

  it('stops where history was rewritten, or the key is another, and says so', async () => {
    const site = createSite();
    const receiver = await startReceiver();
    site.clients(fromRoot('all', receiver.url));
    const pipeline = site.pipeline('pipeline.yml', { init: true });
    site.advance();
    await pipeline.build('notify');
    const sent = receiver.requests.length;
    site.teams.author.git('reset', '--quiet', '--hard', 'HEAD~1');
    site.advance();
    const build = await pipeline.build('notify');
    expect(build).toMatchObject({ status: 'failed', output: expect.stringContaining('rewritten') });
    expect(receiver.requests).toHaveLength(sent);
    pipeline.set({ 'on-rewrite': 'squash' });
    expect(await pipeline.build('notify')).toMatchObject({ status: 'succeeded' });
    expect(receiver.accepted.slice(sent).map(({ event }) => event.data.rewritten)).toEqual([true, true]);
    pipeline.set({ 'on-rewrite': '' });

    pipeline.set({ 'team-events-git-key': '-----BEGIN WRONG KEY-----\nc2VjcmV0\n-----END WRONG KEY-----' });
    const denied = await pipeline.build('notify');
    expect(denied).toMatchObject({ status: 'failed', output: expect.stringContaining('Permission denied') });
    expect(denied.output).not.toContain('c2VjcmV0');
  });

  it('takes a git server that has the keys it is to have, and no other', async () => {
    const site = createSite();
    site.clients(fromRoot('all', 'https://hooks.example.com'));
    const pipeline = site.pipeline('pipeline.yml', { 'known-hosts': HOST_KEY });
    const known = await pipeline.build('status');
    expect(known).toMatchObject({
      status: 'failed',
      output: expect.stringContaining('It holds no cursor yet'),
    });
    expect(known.output).not.toContain('could impersonate it');
    pipeline.set({ 'known-hosts': HOST_KEY.replace('AAAIAAE', 'AAAIAAF') });
    const other = await pipeline.build('status');
    expect(other).toMatchObject({
      status: 'failed',
      output: expect.stringContaining('Host key verification failed'),
    });
    pipeline.set({ 'known-hosts': '' });
    const any = await pipeline.build('status');
    expect(any.output).toMatch(/could impersonate it.*\n?.*TEAM_EVENTS_GIT_KNOWN_HOSTS/);
  });

  it('sees commits to teams and clients that ask CI to skip them', async () => {
    const site = createSite();
    const receiver = await startReceiver();
    site.clients(fromRoot('all', 'https://hooks.example.com'));
    const pipeline = site.pipeline('pipeline.yml', { init: true });
    site.clients(fromRoot('all', receiver.url), 'Correct the address [skip ci]');
    site.teams.push({ 'teams/a.yml': team('a', ['ann']) }, 'Ann joins [ci skip]');
    expect(await pipeline.build('notify')).toMatchObject({ status: 'succeeded' });
    expect(receiver.accepted.map(({ event }) => event.data.team.members)).toEqual([[{ id: 'ann' }]]);
  });

  it('sends nothing twice where two pipelines share the cursors', async () => {
    const site = createSite();
    const receiver = await startReceiver();
    site.clients(fromRoot('all', receiver.url));
    const pipelines = [1, 2].map(() => site.pipeline('pipeline.yml', { init: true }));
    await pipelines[0]?.build('notify');
    for (let index = 0; index < 5; index++) site.advance();
    const builds = await Promise.all(pipelines.map((pipeline) => pipeline.build('notify')));
    expect(builds.map(({ status }) => status)).toContain('succeeded');
    const ids = receiver.accepted.map(({ event }) => event.id);
    expect(new Set(ids).size).toBe(11);
    expect(ids).toHaveLength(11);
  });

  it('goes on at the saved cursors in the next of several attempts', async () => {
    const site = createSite();
    let refused = 0;
    const receiver = await startReceiver(({ event }) =>
      event.type === 'team.members.added' && refused++ < 2 ? 503 : 204,
    );
    site.clients(fromRoot('all', receiver.url));
    const text = textOf('pipeline.yml').replace('timeout: 1h', 'attempts: 2');
    const pipeline = site.pipeline('pipeline.yml', { init: true }, text);
    await pipeline.build('notify');
    site.advance();
    expect(await pipeline.build('notify')).toMatchObject({ status: 'succeeded' });
    expect(receiver.accepted.map(({ event }) => event.type)).toEqual([
      'team.created',
      'team.members.removed',
      'team.members.added',
    ]);
  });
});

describe('the job check of pipeline.yml', () => {
  /** A merge request, and a target that has gone on since. */
  function createProposal(site: Site, source = site.teams.author) {
    let number = 0;
    const propose = (files: Files, title?: string): string => {
      source.git('checkout', '--quiet', '-B', 'proposal', 'main');
      const id = source.commit(files, title ?? `Proposal ${++number}`);
      source.git('push', '--quiet', '--force', 'origin', 'proposal');
      source.git('checkout', '--quiet', 'main');
      return id;
    };
    const states = (): string[] => site.statuses.map(({ state }) => state);
    return { propose, states };
  }

  it('says of a merge request what merging it would send, and whether its files are right', async () => {
    const site = createSite();
    site.clients(clientOf('all', 'https://hooks.example.com'));
    const { propose, states } = createProposal(site);
    const proposal = propose({ 'teams/b.yml': team('b', ['bob']) });
    site.advance();
    const pipeline = site.pipeline('pipeline.yml');
    const right = await pipeline.build('check');
    expect(right).toMatchObject({ status: 'succeeded', output: expect.stringContaining('+ b created') });
    expect(right.output).not.toContain('a members'); // what main has got meanwhile is no part of it
    expect(right.output).not.toContain('a-token'); // which stands in the clone's own configuration
    expect(site.statuses.map(({ sha }) => sha)).toEqual([proposal, proposal, proposal]);
    propose({ 'teams/b.yml': 'id: b\nmembers: [\n' });
    const broken = await pipeline.build('check');
    expect(broken).toMatchObject({
      status: 'failed',
      output: expect.stringMatching(/^teams\/b\.yml:3:1: error/m),
    });
    expect(states()).toEqual(['pending', 'running', 'success', 'pending', 'running', 'failed']);
  });

  it('has nothing to say of one that is merged already', async () => {
    const site = createSite();
    site.clients(clientOf('all', 'https://hooks.example.com'));
    const { propose } = createProposal(site);
    propose({ 'teams/b.yml': team('b', ['bob']) });
    const pipeline = site.pipeline('pipeline.yml');
    site.teams.author.git('merge', '--quiet', '--no-ff', '-m', 'Merge the proposal', 'proposal');
    site.advance();
    const build = await pipeline.build('check');
    expect(build).toMatchObject({
      status: 'succeeded',
      output: expect.stringContaining('would send no event'),
    });
  });

  it('lets a removal pass that is meant, as README.md says', async () => {
    const site = createSite();
    const all = Object.fromEntries(
      Array.from({ length: 20 }, (_, at): [string, string] => [`teams/t${at}.yml`, team(`t${at}`, [])]),
    );
    site.teams.push(all);
    site.clients(clientOf('all', 'https://hooks.example.com'));
    const { propose } = createProposal(site);
    propose(Object.fromEntries(Object.keys(all).map((path) => [path, null])));
    const removal = await site.pipeline('pipeline.yml').build('check');
    expect(removal).toMatchObject({ status: 'failed', output: expect.stringContaining('removal-guard') });
    const [, params = ''] = /`(TEAM_EVENTS_ALLOW_REMOVALS: \w+)`/.exec(textOf('README.md')) ?? [];
    const text = textOf('pipeline.yml').replace(/(?=TEAM_EVENTS_BASE:)/, `${params}\n          `);
    const meant = await site.pipeline('pipeline.yml', {}, text).build('check');
    expect(meant).toMatchObject({ status: 'succeeded', output: expect.stringContaining('t19 deleted') });
  });

  it('checks the clients file of the merge request itself, where it is told so', async () => {
    const site = createSite();
    site.teams.push({ 'clients.yml': `clients:\n${clientOf('all', 'https://hooks.example.com')}` });
    const { propose } = createProposal(site);
    propose({ 'clients.yml': 'clients:\n  - name: all\n    subscriptions: [{ event: team.renamed }]\n' });
    const uri = 'git@gitlab.example.com:platform/teams.git';
    const text = textOf('pipeline.yml');
    const [comment = '', extra = ''] = /# .*: also (clients: merge-request).*/.exec(text) ?? [];
    const own = text.replace('{ teams: merge-request }', `{ teams: merge-request, ${extra} }`);
    expect(comment).not.toBe('');
    const pipeline = site.pipeline('pipeline.yml', { 'clients-uri': uri }, own);
    const build = await pipeline.build('check');
    expect(build).toMatchObject({ status: 'failed', output: expect.stringContaining('clients.yml:3') });
  });
});

describe('pipeline-file-cursor.yml', () => {
  it('keeps what was delivered in its file, also where the build fails or is aborted', async () => {
    const site = createSite();
    let refused = '';
    let abort = (): void => undefined;
    let onRequest: (count: number) => unknown = () => false;
    const receiver = await startReceiver(({ event }, _, count) => {
      onRequest(count);
      return event.type === refused ? 503 : 204;
    });
    site.clients(fromRoot('all', receiver.url));
    const pipeline = site.pipeline('pipeline-file-cursor.yml');
    expect(await pipeline.build('notify')).toMatchObject({ status: 'failed' });
    pipeline.set({ init: true });
    expect(await pipeline.build('notify')).toMatchObject({ status: 'succeeded' });
    pipeline.set({ init: '' });

    refused = 'team.members.added';
    site.advance();
    const red = await pipeline.build('notify');
    expect(red.status).toBe('failed');
    expect(receiver.accepted.map(({ event }) => event.type)).toEqual([
      'team.created',
      'team.members.removed',
    ]);
    refused = '';
    expect(await pipeline.build('notify')).toMatchObject({ status: 'succeeded' });
    expect(receiver.accepted.slice(2).map(({ event }) => event.type)).toEqual(['team.members.added']);

    for (let index = 0; index < 4; index++) site.advance();
    onRequest = (count) => count === 8 && abort();
    const aborted = await pipeline.build('notify', { onTask: (how) => (abort = how) });
    expect(aborted.status).toBe('aborted');
    onRequest = () => false;
    expect(await pipeline.build('notify')).toMatchObject({ status: 'succeeded' });
    const ids = receiver.accepted.map(({ event }) => event.id);
    expect(ids).toHaveLength(11);
    expect(new Set(ids).size).toBe(11);
  });
});

describe('pipeline-file-cursor.yml, of an old build', () => {
  it('lets nobody run it again, as that would take the cursors of that time', async () => {
    const site = createSite();
    const receiver = await startReceiver();
    site.clients(fromRoot('all', receiver.url));
    const pipeline = site.pipeline('pipeline-file-cursor.yml', { init: true });
    const first = await pipeline.build('notify');
    expect(first.versions.get('cursor')).toBe('0'); // and not what it has put
    await expect(pipeline.build('notify', { rerun: first })).rejects.toThrow('409');
  });
});

describe('pipeline-scale-out.yml', () => {
  it('serves each group by a step of its own; one that is behind stops no other', async () => {
    const site = createSite();
    const [good, bad] = [await startReceiver(), await startReceiver(() => 503)];
    site.clients(
      ['one', 'two', 'three'].map((name) => fromRoot(name, good.url)).join('') + fromRoot('four', bad.url),
    );
    const groups = ['one,two', 'three', 'four'];
    const pipeline = site.pipeline('pipeline-scale-out.yml', { groups, init: true });
    const build = await pipeline.build('notify');
    expect(build.status).toBe('failed');
    expect(good.accepted).toHaveLength(3);
    for (const name of ['one', 'two', 'three']) expect(site.cursor(name)).toMatch(/^[0-9a-f]{40}$/);
    site.teams.push({ 'teams/b.yml': team('b', ['ann']) });
    await pipeline.build('notify');
    expect(good.accepted).toHaveLength(6);
  });
});
