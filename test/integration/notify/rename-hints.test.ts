/** A deletion and a creation that look like a rename: a hint on stderr, and never another event. */
import { describe, expect, it } from 'vitest';
import { brief, eventsOf, teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, type SampleRepo } from '../../support/sample-repo.ts';
import { STORES } from '../../support/sample-pipeline.ts';
import { createSite, LOCAL } from '../../support/sample-site.ts';

function renamedRepo(previously = ''): { readonly repo: SampleRepo; readonly commit: string } {
  const repo = createRepo();
  repo.commit({ 'teams/pay.yml': team('pay', ['alice', 'bob']) });
  const commit = repo.commit({
    'teams/pay.yml': null,
    'teams/money.yml': team('money', ['alice', 'bob'], previously),
  });
  return { repo, commit };
}

const hintAt = (commit: string): string =>
  'hint: money looks like a rename of pay, as it has the same members, tags, perimeter and attributes: ' +
  'to declare it, add "previously: [pay]" to money in teams/money.yml, in the same step ' +
  `(commit ${commit.slice(0, 12)})\n`;

describe('what looks like a rename', () => {
  it('is hinted at in the dry run; the events are those of two teams', async () => {
    const { repo, commit } = renamedRepo();
    const result = await teamEvents(['-C', repo.directory, '--print-events', '--format', 'ndjson']);
    expect(result).toMatchObject({ code: 0, stderr: hintAt(commit) });
    expect(brief(eventsOf(result.stdout))).toEqual([
      'team.created money',
      'team.members.removed pay',
      'team.members.added money',
      'team.deleted pay',
    ]);
  });

  it('is not where `previously` tells it', async () => {
    const { repo } = renamedRepo('previously: [pay]\n');
    expect(await teamEvents(['-C', repo.directory, '--print-events'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('is hinted at in a run that sends a range', async () => {
    const { repo, commit } = renamedRepo();
    const receiver = await startReceiver();
    repo.write({ 'clients.yml': `clients:\n${clientOf('one', receiver.url)}` });
    const result = await teamEvents(['-C', repo.directory, 'HEAD~1..HEAD', ...LOCAL]);
    expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining(hintAt(commit)) as string });
  });

  it('names the key that this catalogue has for it, and at most ten pairs', async () => {
    const repo = createRepo();
    const all = (prefix: string, content: boolean) =>
      Object.fromEntries(
        Array.from({ length: 12 }, (_, index) => [
          `teams/${prefix}${index}.yml`,
          content ? team(`${prefix}${index}`, [`a${index}`, `b${index}`]) : null,
        ]),
      );
    repo.commit({ ...all('x', true), 'team-events.yml': 'catalogue: {previously: [avant]}\n' });
    repo.commit({ ...all('x', false), ...all('y', true) });
    const { stderr } = await teamEvents(['-C', repo.directory, '--print-events']);
    expect(stderr.match(/^hint: y\d+ looks like a rename of x\d+, .*"avant: x\d+"/gm)).toHaveLength(10);
    expect(stderr).toContain('hint: 2 more such hints\n');
  });
});

describe('where ids are composed', () => {
  const at = 'catalogue: {files: "orgs/*/*.yml", layout: map, id: "{path[1]}/{key}"';
  const of = (...names: string[]): string =>
    `teams: {${names.map((name) => `${name}: {members: [alice, bob]}`).join(', ')}}\n`;

  it.each([
    ['the last part of the old id', at, of('old'), { 'orgs/acme/a.yml': of('new') }, 'previously: [old]'],
    [
      'as a text, where the catalogue has another key for it',
      `${at}, previously: original`,
      of('old'),
      { 'orgs/acme/a.yml': of('new') },
      'original: old',
    ],
    [
      'all of it, where the rest differs too',
      at,
      of('old'),
      { 'orgs/acme/a.yml': null, 'orgs/beta/b.yml': of('new') },
      'previously: ["acme/old"]',
    ],
  ])('what is to be written is %s, and that makes it a rename', async (_, settings, before, after, line) => {
    const repo = createRepo();
    repo.commit({ 'team-events.yml': `${settings}}\n`, 'orgs/acme/a.yml': before });
    repo.commit(after);
    const told = await teamEvents(['-C', repo.directory, '--print-events']);
    expect(told.stderr).toContain(`add "${line}" to `);
    const named = Object.fromEntries(
      Object.entries(after).map(([path, text]) => [path, text?.replace(']}', `], ${line}}`) ?? null]),
    );
    repo.git('reset', '--quiet', '--hard', 'HEAD~1');
    repo.commit(named);
    const mended = await teamEvents(['-C', repo.directory, '--print-events', '--format', 'ndjson']);
    expect(mended.stderr).toBe('');
    const [only, ...others] = eventsOf(mended.stdout).filter(({ data }) => data.impliedBy === undefined);
    expect([only?.type, others]).toEqual(['team.modified', []]);
    expect(only?.data.changes?.[0]).toMatchObject({ field: 'id', from: 'acme/old' });
  });
});

describe.each(STORES)('what is pending by cursors in a %s', (kind) => {
  it('is hinted at too', async () => {
    const receiver = await startReceiver();
    const site = createSite(kind, clientOf('one', receiver.url));
    const { author, commits } = site.remote;
    await site.put('one', { commit: commits.at(-1) ?? '' });
    author.commit({ 'teams/pay.yml': team('pay', ['alice', 'bob']) });
    const commit = author.commit({
      'teams/pay.yml': null,
      'teams/money.yml': team('money', ['alice', 'bob']),
    });
    author.git('push', '--quiet', 'origin', 'main');
    expect((await site.run('notify', '--print-events')).stderr).toContain(hintAt(commit));
    expect((await site.run('notify', ...LOCAL)).stderr).toContain(hintAt(commit));
  });
});
