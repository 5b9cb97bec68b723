/** What is pending by the cursors: where clients begin, and that each goes on exactly where it was. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { brief } from '../../support/program.ts';
import { clientOf, startReceiver, type Receiver } from '../../support/receiver.ts';
import { createPipeline, STORES, type SamplePipeline } from '../../support/sample-pipeline.ts';
import { gitEnvironment, team } from '../../support/sample-repo.ts';

interface CursorFile {
  readonly known: readonly string[];
  readonly clients: Record<string, unknown>;
}

const told = ({ accepted }: Receiver): string[] => brief(accepted.map(({ event }) => event));

/** Deletes a client's cursor behind the program's back. */
function loseCursor(pipeline: SamplePipeline, client: string): void {
  if (pipeline.store.startsWith('tag:')) {
    pipeline.remoteGit('update-ref', '-d', `refs/tags/team-events/${client}`);
    return;
  }
  const file = JSON.parse(readFileSync(pipeline.storePath, 'utf8')) as { clients: Record<string, unknown> };
  delete file.clients[client];
  writeFileSync(pipeline.storePath, JSON.stringify(file));
}

/** Makes a client's cursor unreadable. */
function spoilCursor(pipeline: SamplePipeline, client: string): void {
  if (pipeline.store.startsWith('tag:')) {
    const tree = pipeline.remoteGit('rev-parse', 'main^{tree}');
    pipeline.remoteGit('update-ref', `refs/tags/team-events/${client}`, tree);
    return;
  }
  writeFileSync(pipeline.storePath, '{"version":1,"clients":');
}

describe.each(STORES)('with cursors in a %s', (kind) => {
  it('an empty store begins only where that is asked for, each client at its start', async () => {
    const pipeline = createPipeline(kind);
    const [now, snapshot, revision] = [await startReceiver(), await startReceiver(), await startReceiver()];
    const first = pipeline.push({ 'teams/core.yml': team('core', ['alice']) });
    pipeline.push({ 'teams/core.yml': team('core', ['alice', 'bob']) });
    pipeline.clients(
      clientOf('at-now', now.url) +
        clientOf('with-all', snapshot.url, '    start: snapshot\n') +
        clientOf('from-there', revision.url, `    start: ${first}\n`),
    );
    const without = await pipeline.run();
    expect(without.code).toBe(8);
    expect(without.stderr).toMatch(/at-now: begins at [0-9a-f]{12}, gets nothing now/);
    expect(without.stderr).toContain('with-all: 1 events first (start: snapshot)');
    expect([now, snapshot, revision].flatMap(told)).toEqual([]);

    const begun = await pipeline.run('--init');
    expect(begun.code).toBe(0);
    expect(begun.stderr).toMatch(/at-now: begins \(start: now\): at [0-9a-f]{12}/);
    expect(begun.stderr).toContain('with-all: begins (start: snapshot)\n');
    expect([now, snapshot, revision].map(told)).toEqual([
      [],
      ['team.created core'],
      ['team.members.added core'],
    ]);
    expect(snapshot.accepted[0]?.event.data.snapshot).toBe(true);

    pipeline.push({ 'teams/core.yml': team('core', ['bob']) });
    expect((await pipeline.run()).code).toBe(0);
    for (const receiver of [now, snapshot, revision]) {
      expect(told(receiver).at(-1)).toBe('team.members.removed core');
    }
    expect(told(now)).toHaveLength(1);
  });

  it('a run goes on where the last one ended, and names the event before it', async () => {
    const pipeline = createPipeline(kind);
    const receiver = await startReceiver();
    pipeline.clients(clientOf('all', receiver.url));
    pipeline.push({ 'teams/core.yml': team('core', ['alice']) });
    await pipeline.run('--init');
    for (const member of ['bob', 'carol', 'dave']) {
      pipeline.push({ 'teams/core.yml': team('core', ['alice', member]) });
      expect(await pipeline.run()).toMatchObject({ code: 0, stderr: expect.not.stringContaining('begins') });
      expect((await pipeline.run()).stdout).toBe(
        '✓ all  0 delivered\nexit code 0: there was nothing to send\n',
      );
    }
    expect(told(receiver)).toEqual([
      'team.members.added core',
      'team.members.removed core',
      'team.members.added core',
      'team.members.removed core',
      'team.members.added core',
    ]);
    const ids = receiver.requests.map(({ event }) => event.id);
    expect(receiver.requests.map(({ headers }) => headers['webhook-previous-id'])).toEqual([
      undefined,
      ...ids.slice(0, -1),
    ]);
  });

  it('a client that is down blocks its own lane only; later it gets exactly what it missed', async () => {
    const pipeline = createPipeline(kind);
    let down = true;
    const [weak, strong] = [await startReceiver(() => (down ? 503 : 204)), await startReceiver()];
    pipeline.clients(clientOf('weak', weak.url, '    contact: "#weak"\n') + clientOf('strong', strong.url));
    pipeline.push({ 'teams/core.yml': team('core', ['alice']) });
    await pipeline.run('--init');
    pipeline.push({ 'teams/core.yml': team('core', ['alice', 'bob']) });
    const blocked = await pipeline.run();
    expect(blocked.code).toBe(3);
    expect(blocked.stdout).toMatch(/✗ weak +0 delivered, 1 pending +blocked: .*status 503.*\[#weak\]/);
    expect(told(strong)).toEqual(['team.members.added core']);
    pipeline.push({ 'teams/core.yml': team('core', ['bob']) });
    expect((await pipeline.run('--late-after', '1h')).code).toBe(0);
    down = false;
    expect((await pipeline.run()).code).toBe(0);
    expect(told(weak)).toEqual(['team.members.added core', 'team.members.removed core']);
    expect(weak.accepted.map(({ body }) => body)).toEqual(strong.accepted.map(({ body }) => body));
  });

  it('a step that is half delivered is finished first, by what is subscribed to by then', async () => {
    const pipeline = createPipeline(kind);
    let allowed = 3;
    const receiver = await startReceiver(() => (allowed-- > 0 ? 204 : 500));
    pipeline.clients(clientOf('all', receiver.url));
    pipeline.push({ 'README.md': 'x', 'teams/z.yml': team('z', ['zoe']) });
    await pipeline.run('--init');
    const teams = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((id) => [`teams/${id}.yml`, team(id, ['alice'])]),
    );
    pipeline.push(teams);
    expect((await pipeline.run()).code).toBe(3);
    expect(told(receiver)).toEqual(['team.created a', 'team.created b', 'team.created c']);

    // From now on it follows members alone: those of the teams that it was told of are known to it.
    pipeline.push({ 'teams/f.yml': team('f', ['bob']) });
    pipeline.clients(
      `  - name: all\n    subscriptions: [{ event: team.members.added, url: "${receiver.url}" }]\n`,
    );
    allowed = 100;
    expect((await pipeline.run()).code).toBe(0);
    expect(told(receiver).slice(3)).toEqual([
      'team.members.added d',
      'team.members.added e',
      'team.members.added f',
    ]);
  });

  it('a snapshot that is half delivered is finished as it was, also where there is more by then', async () => {
    const pipeline = createPipeline(kind);
    let allowed = 2;
    const receiver = await startReceiver(() => (allowed-- > 0 ? 204 : 500));
    pipeline.clients(clientOf('all', receiver.url, '    start: snapshot\n'));
    const of = (...ids: string[]) => Object.fromEntries(ids.map((id) => [`teams/${id}.yml`, team(id, [])]));
    pipeline.push(of('a', 'b', 'c', 'd'));
    expect((await pipeline.run('--init')).code).toBe(3);
    pipeline.push({ ...of('e'), 'teams/a.yml': null });
    allowed = 100;
    expect((await pipeline.run()).code).toBe(0);
    expect(told(receiver)).toEqual([
      ...['a', 'b', 'c', 'd'].map((id) => `team.created ${id}`),
      'team.created e',
      'team.deleted a',
    ]);
    expect(new Set(receiver.accepted.map(({ event }) => event.id)).size).toBe(6);
  });

  it('a snapshot that is refused from its first event on begins again as one', async () => {
    const pipeline = createPipeline(kind);
    let refuses = true;
    const receiver = await startReceiver(() => (refuses ? 500 : 204));
    pipeline.clients(clientOf('all', receiver.url, '    start: snapshot\n'));
    pipeline.push({ 'teams/a.yml': team('a', ['alice']) });
    expect((await pipeline.run('--init')).code).toBe(3);
    refuses = false;
    expect((await pipeline.run()).code).toBe(0);
    expect(told(receiver)).toEqual(['team.created a']);
  });

  it('one that left can be forgotten, as is printed', async () => {
    const pipeline = createPipeline(kind);
    const { url } = await startReceiver();
    pipeline.clients(clientOf('old', url) + clientOf('stays', url));
    pipeline.push({ 'teams/a.yml': team('a', ['alice']) });
    await pipeline.run('--init');
    pipeline.push({ 'teams/a.yml': team('a', ['bob']) });
    pipeline.clients(clientOf('stays', url));
    const { stderr } = await pipeline.run();
    const inFile = `To forget it, take it out of "clients" and of "known" in ${pipeline.storePath} while no run is under way.\n`;
    const [, command = inFile] = /goes on from there\. To forget it:\n {2}(git .*)/.exec(stderr) ?? [];
    expect(stderr).toContain(command);
    if (kind === 'tag') {
      execFileSync('sh', ['-c', command], { env: gitEnvironment(), stdio: 'pipe' });
    } else {
      const file = JSON.parse(readFileSync(pipeline.storePath, 'utf8')) as CursorFile;
      delete file.clients['old'];
      const known = file.known.filter((name) => name !== 'old');
      writeFileSync(pipeline.storePath, JSON.stringify({ ...file, known }));
    }
    pipeline.push({ 'teams/a.yml': team('a', ['carol']) });
    expect((await pipeline.run()).stderr).not.toContain('old');
    expect((await pipeline.command('status')).stdout).not.toContain('old');
    pipeline.clients(clientOf('old', url) + clientOf('stays', url));
    expect((await pipeline.run()).stderr).toContain('old: begins (start: now)');
  });

  it.each([
    ['now', true],
    ['root', false],
  ])(
    'a client without a value for its variable, which starts at %s: what it will not get is told',
    async (start, isLost) => {
      const pipeline = createPipeline(kind);
      const { url } = await startReceiver();
      pipeline.clients(clientOf('one', url, `    start: ${start}\n    headers: { X-Token: "\${TOKEN}" }\n`));
      pipeline.push({ 'teams/a.yml': team('a', ['alice']) });
      const { code, stdout } = await pipeline.run('--init');
      expect(code).toBe(2);
      expect(
        stdout.includes('It has not begun: what comes before the first run that can serve it is not sent'),
      ).toBe(isLost);
    },
  );

  it('a client that comes later begins without disturbing the others; one that left keeps its cursor', async () => {
    const pipeline = createPipeline(kind);
    const [old, fresh] = [await startReceiver(), await startReceiver()];
    pipeline.clients(clientOf('old', old.url));
    pipeline.push({ 'teams/a.yml': team('a', ['alice']) });
    await pipeline.run('--init');
    pipeline.push({ 'teams/a.yml': team('a', ['bob']) });
    pipeline.clients(clientOf('fresh', fresh.url, '    start: snapshot\n'));
    const isItRenamed =
      'old: in the store, but not in the clients file any more. If that is an earlier name of fresh';
    expect((await pipeline.run('--print-events')).stderr).toContain(isItRenamed);
    expect(await pipeline.run()).toMatchObject({ code: 0, stderr: expect.stringContaining(isItRenamed) });
    const { stderr } = await pipeline.run();
    expect(stderr).not.toContain('earlier name');
    expect(stderr).toMatch(/^old: not in the clients file any more; 1 commit behind, at \w{12}\. /m);
    expect((await pipeline.run('--print-events')).stderr).toContain('1 commit behind');
    // A run for another client is not about it.
    for (const more of [[], ['--print-events']])
      expect((await pipeline.run('--client', 'fresh', ...more)).stderr).not.toContain('old');
    expect((await pipeline.command('status')).stdout).toMatch(
      /\? old +departed +1 commit .* not in the clients/,
    );
    expect(told(fresh)).toEqual(['team.created a']);
    pipeline.clients(clientOf('old', old.url));
    expect((await pipeline.run()).code).toBe(0);
    expect(told(old)).toEqual(['team.members.removed a', 'team.members.added a']);
  });

  it('a client under a new name takes over where its former one was', async () => {
    const pipeline = createPipeline(kind);
    const receiver = await startReceiver();
    pipeline.clients(clientOf('before', receiver.url));
    pipeline.push({ 'teams/a.yml': team('a', ['alice']) });
    await pipeline.run('--init');
    pipeline.push({ 'teams/a.yml': team('a', ['alice', 'bob']) });
    pipeline.clients(clientOf('after', receiver.url, '    formerly: before\n    start: snapshot\n'));
    const taken = await pipeline.run();
    expect(taken).toMatchObject({ code: 0, stderr: expect.not.stringContaining('earlier name') });
    expect(taken.stderr).toContain('after: takes over the cursor of its former name');
    pipeline.push({ 'teams/a.yml': team('a', ['alice', 'bob', 'carol']) });
    expect((await pipeline.run()).code).toBe(0);
    expect(told(receiver)).toEqual(['team.members.added a', 'team.members.added a']);
    expect(receiver.accepted.map(({ event }) => event.data.added)).toEqual([
      [{ id: 'bob' }],
      [{ id: 'carol' }],
    ]);
  });

  it('a cursor that is gone is never a new beginning', async () => {
    const pipeline = createPipeline(kind);
    const [lost, other] = [await startReceiver(), await startReceiver()];
    pipeline.clients(clientOf('lost', lost.url, '    start: snapshot\n') + clientOf('other', other.url));
    pipeline.push({ 'teams/a.yml': team('a', []) });
    await pipeline.run('--init');
    loseCursor(pipeline, 'lost');
    pipeline.push({ 'teams/b.yml': team('b', []) });
    const { code, stdout } = await pipeline.run('--init');
    expect(code).toBe(8);
    expect(stdout).toContain('the cursor of lost is gone');
    expect(told(lost)).toEqual(['team.created a']);
    expect(told(other)).toEqual(['team.created b']);
  });

  it('a corrupt cursor is never taken for an absent one', async () => {
    const pipeline = createPipeline(kind);
    const receiver = await startReceiver();
    pipeline.clients(clientOf('all', receiver.url, '    start: snapshot\n'));
    pipeline.push({ 'teams/a.yml': team('a', []) });
    await pipeline.run('--init');
    spoilCursor(pipeline, 'all');
    pipeline.push({ 'teams/b.yml': team('b', []) });
    const { code, stdout, stderr } = await pipeline.run('--init');
    expect(code).toBe(8);
    expect(stdout + stderr).toMatch(/corrupt|cannot be read|JSON/);
    expect(told(receiver)).toEqual(['team.created a']);
  });

  it('what is paused stays pending and is no failure; what is skipped is passed over', async () => {
    const pipeline = createPipeline(kind);
    const receiver = await startReceiver();
    pipeline.clients(clientOf('all', receiver.url));
    pipeline.push({ 'teams/a.yml': team('a', []) });
    await pipeline.run('--init');
    pipeline.clients(clientOf('all', receiver.url, '    paused: true\n'));
    pipeline.push({ 'teams/b.yml': team('b', []) });
    pipeline.push({ 'teams/c.yml': team('c', []) });
    const paused = await pipeline.run('--format', 'json');
    expect(paused.code).toBe(0);
    const report = JSON.parse(paused.stdout) as { clients: unknown[]; events: { id: string }[] };
    expect(report.clients).toMatchObject([{ client: 'all', status: 'paused', pending: 2, delivered: 0 }]);
    pipeline.clients(clientOf('all', receiver.url, `    skip: [${report.events[0]?.id}]\n`));
    expect((await pipeline.run()).stdout).toContain('1 delivered, 1 skipped');
    expect(told(receiver)).toEqual(['team.created c']);
  });

  it('a misconfigured client keeps its place while the others are served', async () => {
    const pipeline = createPipeline(kind);
    const [wrong, right] = [await startReceiver(), await startReceiver()];
    const entries = (more = '') => clientOf('wrong', wrong.url, more) + clientOf('right', right.url);
    pipeline.clients(entries());
    pipeline.push({ 'teams/a.yml': team('a', []) });
    await pipeline.run('--init');
    pipeline.push({ 'teams/b.yml': team('b', []) });
    pipeline.clients(entries('    headers: { authorization: "${TOKEN}" }\n'));
    expect((await pipeline.run()).code).toBe(2);
    pipeline.clients(entries());
    expect((await pipeline.run()).code).toBe(0);
    expect([told(wrong), told(right)]).toEqual([['team.created b'], ['team.created b']]);
  });
});
