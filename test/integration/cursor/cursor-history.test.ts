/** Cursors and history that moves in its own ways: older builds, rewritten branches, merges, removals. */
import { describe, expect, it } from 'vitest';
import { brief, copied, teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver, type Receiver } from '../../support/receiver.ts';
import { createPipeline, STORES } from '../../support/sample-pipeline.ts';
import { gitEnvironment, team, tempFolder } from '../../support/sample-repo.ts';

const told = ({ accepted }: Receiver): string[] => brief(accepted.map(({ event }) => event));
const of = (...ids: string[]) =>
  Object.fromEntries(ids.map((id) => [`teams/${id}.yml`, team(id, ['alice'])]));

/** A pipeline with one client that has begun at a first commit. */
async function begun(kind: (typeof STORES)[number], files = of('a')) {
  const pipeline = createPipeline(kind);
  const receiver = await startReceiver();
  pipeline.clients(clientOf('all', receiver.url));
  const first = pipeline.push(files);
  expect((await pipeline.run('--init')).code).toBe(0);
  return { pipeline, receiver, first };
}

describe.each(STORES)('with cursors in a %s', (kind) => {
  it('a rerun at an older revision does nothing', async () => {
    const { pipeline, receiver, first } = await begun(kind);
    const newer = pipeline.push(of('b'));
    await pipeline.run();
    const { code, stdout } = await pipeline.run('--to', first);
    expect([code, stdout]).toEqual([0, '✓ all  0 delivered\nexit code 0: there was nothing to send\n']);
    // The pipeline still says what was allowed for a newer one.
    const env = { TEAM_EVENTS_ALLOW_REMOVALS: newer };
    expect(await pipeline.runWith({ env }, '--to', first)).toMatchObject({ code: 0, stdout });
    pipeline.push(of('c'));
    await pipeline.run();
    expect(told(receiver)).toEqual(['team.created b', 'team.created c']);
  });

  it('history that was rewritten stops the lane, until its net change is asked for', async () => {
    const { pipeline, receiver, first } = await begun(kind);
    pipeline.push(of('b'));
    await pipeline.run();
    pipeline.git('reset', '--quiet', '--hard', first);
    pipeline.push(of('c'));
    const { code, stdout } = await pipeline.run();
    expect(code).toBe(6);
    expect(stdout).toContain('history was rewritten');
    expect(stdout).toContain('--on-rewrite squash');
    expect((await pipeline.run('--on-rewrite', 'squash')).code).toBe(0);
    pipeline.push(of('d'));
    await pipeline.run();
    const events = receiver.accepted.map(({ event }) => event);
    expect(events.map(({ type, subject, data }) => [`${type} ${subject}`, data.rewritten])).toEqual([
      ['team.created b', undefined],
      ['team.created c', true],
      ['team.deleted b', true],
      ['team.created d', undefined],
    ]);
    expect((await pipeline.run()).stdout).toBe(
      '✓ all  0 delivered\nexit code 0: there was nothing to send\n',
    );
  });

  it('--squash sends the net change as one step, which is finished as such where it is half delivered', async () => {
    const pipeline = createPipeline(kind);
    let allowed = 0;
    const receiver = await startReceiver(() => (allowed-- > 0 ? 204 : 500));
    pipeline.clients(clientOf('all', receiver.url));
    pipeline.push(of('a'));
    await pipeline.run('--init');
    pipeline.push(of('b', 'c'));
    pipeline.push({ 'teams/b.yml': null, ...of('d') });
    allowed = 1;
    expect((await pipeline.run('--squash')).code).toBe(3);
    pipeline.push(of('e'));
    allowed = 100;
    expect((await pipeline.run()).code).toBe(0);
    expect(told(receiver)).toEqual(['team.created c', 'team.created d', 'team.created e']);
    expect((await pipeline.run()).stdout).toBe(
      '✓ all  0 delivered\nexit code 0: there was nothing to send\n',
    );
  });

  it('a lane at a merge’s second parent goes on from the merge, beside one on the line', async () => {
    const pipeline = createPipeline(kind);
    const [main, side] = [await startReceiver(), await startReceiver()];
    const base = pipeline.push(of('a'));
    pipeline.git('checkout', '--quiet', '-b', 'side');
    const onSide = pipeline.push(of('side'));
    pipeline.git('push', '--quiet', '--force', 'origin', `${base}:main`);
    pipeline.git('checkout', '--quiet', '-b', 'other', base);
    pipeline.push(of('main'));
    pipeline.git('merge', '--quiet', '--no-ff', '--message', 'Merge side', onSide);
    const last = pipeline.push(of('last'));
    pipeline.clients(
      clientOf('main', main.url, `    start: ${base}\n`) +
        clientOf('side', side.url, `    start: ${onSide}\n`),
    );
    expect((await pipeline.run('--init')).code).toBe(0);
    expect(told(main)).toEqual(['team.created main', 'team.created side', 'team.created last']);
    expect(told(side)).toEqual(['team.created main', 'team.created last']);
    expect(side.accepted[0]?.event.data.commit.parent).toBe(onSide);
    expect((await pipeline.run('--to', last)).stdout).toMatch(
      /main +0 delivered\n.*side +0 delivered\nexit code 0: /,
    );
  });

  it('the removal guard judges all that is pending, and lets pass what a person allows', async () => {
    const many = Array.from({ length: 20 }, (_, index) => `t${String(index).padStart(2, '0')}`);
    const { pipeline, receiver } = await begun(kind, of(...many));
    const gone = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [`teams/${id}.yml`, null]));
    pipeline.push(of('new'));
    const first = pipeline.push(gone(many.slice(0, 6)));
    const second = pipeline.push(gone(many.slice(6, 12)));
    const { code, stdout } = await pipeline.run();
    expect(code).toBe(7);
    expect(stdout).toContain('delete 12 of 21 teams');
    expect(stdout).toContain(`--allow-removals ${second}`);
    expect(told(receiver)).toEqual(['team.created new']);
    expect((await pipeline.run('--allow-removals', first)).code).toBe(0);
    expect(told(receiver)).toHaveLength(13);
  });

  it('a removal that was taken back passes unsent with the command that the guard gives', async () => {
    const many = Array.from({ length: 20 }, (_, index) => `t${String(index).padStart(2, '0')}`);
    const { pipeline, receiver } = await begun(kind, of(...many));
    pipeline.push(Object.fromEntries(many.map((id) => [`teams/${id}.yml`, null])));
    pipeline.push({ ...of(...many), ...of('new') });
    const { code, stdout } = await pipeline.run();
    expect(code).toBe(7);
    const command = /^ *(team-events .*--squash)$/m.exec(stdout)?.[1] ?? '';
    expect(command).toContain(` -C ${pipeline.clone} --cursor ${pipeline.store} --to `);
    expect((await copied(command)).code).toBe(0);
    expect(told(receiver)).toEqual(['team.created new']);
    expect((await pipeline.run()).code).toBe(0);
  });

  it('--squash counts for a lane in the middle of a step too: the step is finished, the rest is one', async () => {
    const pipeline = createPipeline(kind);
    let allowed = 1;
    const receiver = await startReceiver(() => (allowed-- > 0 ? 204 : 500));
    pipeline.clients(clientOf('all', receiver.url));
    pipeline.push(of('a'));
    await pipeline.run('--init');
    pipeline.push(of('b', 'c'));
    expect((await pipeline.run()).code).toBe(3);
    pipeline.push({ 'teams/a.yml': null });
    pipeline.push({ ...of('a'), ...of('d') });
    allowed = 100;
    expect((await pipeline.run('--squash')).code).toBe(0);
    expect(told(receiver)).toEqual(['team.created b', 'team.created c', 'team.created d']);
    expect((await pipeline.run()).stdout).toBe(
      '✓ all  0 delivered\nexit code 0: there was nothing to send\n',
    );
  });

  it('a revision to begin at that is nowhere holds that client only', async () => {
    const pipeline = createPipeline(kind);
    const [lost, other] = [await startReceiver(), await startReceiver()];
    pipeline.push(of('a'));
    pipeline.clients(
      clientOf('lost', lost.url, '    start: nowhere\n') +
        clientOf('other', other.url, '    start: snapshot\n'),
    );
    const { code, stdout } = await pipeline.run('--init');
    expect(code).toBe(6);
    expect(stdout).toContain('there is no commit "nowhere"');
    expect(told(other)).toEqual(['team.created a']);
  });
});

describe('with cursors as tags', () => {
  it('an old clone that lacks the commit of the cursor does nothing', async () => {
    const { pipeline, receiver, first } = await begun('tag');
    const old = tempFolder();
    pipeline.git('clone', '--quiet', '--no-local', pipeline.remote, old);
    pipeline.push(of('b'));
    await pipeline.run();
    const { code } = await pipeline.run('-C', old, '--to', first);
    expect(code).toBe(0);
    expect(told(receiver)).toEqual(['team.created b']);
  });

  it('a commit that is not on the remote’s branch is not published', async () => {
    const { pipeline, receiver } = await begun('tag');
    pipeline.git('-C', pipeline.clone, 'commit', '--quiet', '--allow-empty', '--message', 'Only here');
    const { code, stderr } = await pipeline.run();
    expect(code).toBe(6);
    expect(stderr).toMatch(/the commit [0-9a-f]{40} is not on the branch that is HEAD of origin/);
    expect((await pipeline.run('--branch', 'elsewhere')).stderr).toContain('has no branch elsewhere');
    expect(told(receiver)).toEqual([]);
  });

  it('what is pending is what comes after the tag, for anyone with git; a tag set by hand is as good', async () => {
    const { pipeline, receiver, first } = await begun('tag');
    pipeline.push(of('b'));
    pipeline.push(of('c'));
    const pending = () => pipeline.remoteGit('rev-list', '--count', 'refs/tags/team-events/all..main');
    expect(pending()).toBe('2');
    await pipeline.run();
    expect(pending()).toBe('0');
    pipeline.remoteGit('update-ref', 'refs/tags/team-events/all', first);
    await pipeline.run();
    expect(told(receiver)).toEqual(['team.created b', 'team.created c', 'team.created b', 'team.created c']);
    expect(new Set(receiver.accepted.map(({ body }) => body)).size).toBe(2);
  });

  it('a shallow clone is refused', async () => {
    const { pipeline } = await begun('tag');
    const shallow = tempFolder();
    pipeline.git('clone', '--quiet', '--no-local', '--depth', '1', `file://${pipeline.remote}`, shallow);
    const { code, stderr } = await pipeline.run('-C', shallow);
    expect(code).toBe(6);
    expect(stderr).toContain('--unshallow');
  });
});

describe('the words of a run', () => {
  it.each([
    [['--from', 'HEAD~1', '--cursor', 'tag:x'], {}, 2, 'an explicit range and --cursor are both given'],
    [['HEAD~1..HEAD', '--cursor', 'tag:x'], {}, 2, 'an explicit range and --cursor are both given'],
    [['--cursor', 'tag:x', '--type', 'team.created'], {}, 2, 'would never be sent'],
    [['--cursor', 'kafka:x'], {}, 2, 'is not a cursor store'],
    [['--cursor', 'tag:a..b'], {}, 2, 'cannot be the prefix of tags'],
    [[], { TEAM_EVENTS_FROM: 'HEAD~1', TEAM_EVENTS_CURSOR: 'tag:x' }, 2, 'both given'],
    [['--from', 'HEAD~1'], { TEAM_EVENTS_CURSOR: 'tag:x' }, 0, ''],
    [['--cursor', 'tag:x', '--init'], { TEAM_EVENTS_FROM: 'HEAD~1' }, 0, ''],
    [['--cursor', 'file:/nowhere/at/all.json'], {}, 8, '/nowhere/at'],
  ])('%j with %j: exit %i', async (args, env, expected, words) => {
    const { pipeline } = await begun('file');
    pipeline.push(of('b'));
    const clients = pipeline.store.replace('file:', '').replace('cursors.json', 'clients.yml');
    const { code, stderr } = await teamEvents(
      ['-C', pipeline.clone, '--clients', clients, '--allow-host', '127.0.0.1', ...args],
      { env: { ...(gitEnvironment() as Record<string, string>), ...env } },
    );
    expect(stderr).toContain(words);
    expect(code).toBe(expected);
  });
});
