/** Before the first commit: `root`, wherever something begins (contract §3). */
import { describe, expect, it } from 'vitest';
import type { TeamEvent } from '../../../src/core/events/team-event.ts';
import { brief, copied, printedEvents, teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver, type Answer, type Receiver } from '../../support/receiver.ts';
import {
  createPipeline,
  STORES,
  type SamplePipeline,
  type StoreKind,
} from '../../support/sample-pipeline.ts';
import { team, tempFolder } from '../../support/sample-repo.ts';

const of = (...ids: string[]) =>
  Object.fromEntries(ids.map((id) => [`teams/${id}.yml`, team(id, ['alice'])]));
const eventsOf = ({ accepted }: Receiver) => accepted.map(({ event }) => event);
const told = (receiver: Receiver): string[] => brief(eventsOf(receiver));
const FROM_ROOT = '    start: root\n';
const NOTHING_PENDING = '✓ all  0 delivered\nexit code 0: there was nothing to send\n';

/** A pipeline with one client, which begins before the first of three commits. */
async function fromRoot(kind: StoreKind, answer?: Answer) {
  const pipeline = createPipeline(kind);
  const receiver = await startReceiver(answer);
  const client = (more = ''): void => pipeline.clients(clientOf('all', receiver.url, FROM_ROOT + more));
  client();
  const commits = [of('a', 'b'), of('c'), { 'teams/a.yml': null }].map((files) => pipeline.push(files));
  return { pipeline, receiver, client, first: commits[0] ?? '', commits };
}

/** A receiver that takes only so many more. */
function limited(allowed: number) {
  const limit = { allowed };
  return { limit, answer: () => (limit.allowed-- > 0 ? 204 : 500) };
}

/** What a client that wants everything is sent of all of history. */
const allOf = async (clone: string): Promise<TeamEvent[]> =>
  (await printedEvents(clone, '--from', 'root')).filter(({ data }) => data.impliedBy === undefined);

/** Another history in place of all that there is. */
function replaceHistory(pipeline: SamplePipeline): string {
  pipeline.git('checkout', '--quiet', '--orphan', 'other');
  pipeline.git('rm', '-r', '--quiet', '--force', '.');
  return pipeline.push(of('x', 'y'), 'Another first commit');
}

describe.each(STORES)('with cursors in a %s', (kind) => {
  it('start: root is sent all of history, as --from root has it, beside a client that begins with a snapshot', async () => {
    const { pipeline, receiver, commits } = await fromRoot(kind);
    const snapshot = await startReceiver();
    pipeline.clients(
      clientOf('all', receiver.url, FROM_ROOT) + clientOf('now', snapshot.url, '    start: snapshot\n'),
    );
    expect((await pipeline.command('status')).stdout).toMatch(
      /all +new +gets 4 events first .*\(start: root\)/,
    );
    const { code, stderr } = await pipeline.run('--init', '--to', commits[0] ?? '');
    expect([code, stderr]).toEqual([0, expect.stringContaining('all: begins (start: root)')]);
    expect(eventsOf(receiver)).toEqual(
      eventsOf(snapshot).map((event) => {
        const { snapshot: marked, ...data } = event.data;
        expect(marked).toBe(true);
        return { ...event, data };
      }),
    );
    expect((await pipeline.run()).code).toBe(0);
    expect(eventsOf(receiver)).toEqual(await allOf(pipeline.clone));
    expect(told(receiver)).toEqual(
      ['created a', 'created b', 'created c', 'deleted a'].map((text) => `team.${text}`),
    );
    expect((await pipeline.run()).stdout).toBe(
      '✓ all  0 delivered\n✓ now  0 delivered\nexit code 0: there was nothing to send\n',
    );
  });

  it('a lane that cannot be sent its first event stays before the first commit, and is shown there', async () => {
    const { limit, answer } = limited(0);
    const { pipeline, receiver, first } = await fromRoot(kind, answer);
    for (const more of [['--init'], ['--squash'], []]) expect((await pipeline.run(...more)).code).toBe(3);
    const { stdout: status } = await pipeline.command('status');
    expect(status).toMatch(
      new RegExp(
        `✗ all +blocked +4 events, 3 commits .* before the first commit, ${first.slice(0, 12)} Change 1 `,
      ),
    );
    expect(status).not.toContain('partially delivered');
    const { stdout: shown } = await pipeline.command('cursor', 'show');
    expect(shown).toContain(`Commit: ${first}\n`);
    expect(shown).toContain('Root: true\n');
    expect((await pipeline.command('cursor', 'set', 'all', 'root')).stdout).toContain(
      `all is before the first commit, ${first.slice(0, 12)} Change 1 already: nothing to do`,
    );
    limit.allowed = 100;
    expect((await pipeline.run()).code).toBe(0);
    expect(eventsOf(receiver)).toEqual(await allOf(pipeline.clone));
    expect(receiver.accepted.every(({ headers }) => headers['webhook-replay'] === undefined)).toBe(true);
  });

  it('in the middle of the first commit a lane goes on exactly there, and in its own step', async () => {
    const { limit, answer } = limited(1);
    const { pipeline, receiver, first } = await fromRoot(kind, answer);
    expect((await pipeline.run('--init')).code).toBe(3);
    const { stdout: status } = await pipeline.command('status');
    expect(status).toContain(
      `partially delivered: the first commit ${first.slice(0, 12)}, up to 000000000001.000000`,
    );
    expect((await pipeline.command('cursor', 'set', 'all', 'root')).stdout).toContain(
      `all is in the middle of the first commit, ${first.slice(0, 12)} Change 1. ` +
        `It would be before the first commit, ${first.slice(0, 12)} Change 1\n  sent again: 1 event`,
    );
    limit.allowed = 100;
    expect((await pipeline.run()).code).toBe(0);
    expect(eventsOf(receiver)).toEqual(await allOf(pipeline.clone));
    expect((await pipeline.run()).stdout).toBe(NOTHING_PENDING);
  });

  it('--squash takes all of history as one step, which is finished as such', async () => {
    const { limit, answer } = limited(1);
    const { pipeline, receiver } = await fromRoot(kind, answer);
    expect((await pipeline.run('--init', '--squash')).code).toBe(3);
    pipeline.push(of('d'));
    limit.allowed = 100;
    expect((await pipeline.run()).code).toBe(0);
    expect(eventsOf(receiver).map(({ subject, data }) => [subject, data.snapshot])).toEqual([
      ['b', true],
      ['c', true],
      ['d', undefined],
    ]);
  });

  it('nothing is rewritten for a lane before the first commit: it begins with whichever history there is', async () => {
    const { limit, answer } = limited(0);
    const { pipeline, receiver } = await fromRoot(kind, answer);
    expect((await pipeline.run('--init')).code).toBe(3);
    replaceHistory(pipeline);
    limit.allowed = 100;
    expect((await pipeline.run()).code).toBe(0);
    expect(told(receiver)).toEqual(['team.created x', 'team.created y']);
    expect(eventsOf(receiver)).toEqual(await allOf(pipeline.clone));
  });

  it('in the middle of a first commit that is gone, history was rewritten as anywhere', async () => {
    const { limit, answer } = limited(1);
    const { pipeline, receiver, first } = await fromRoot(kind, answer);
    expect((await pipeline.run('--init')).code).toBe(3);
    pipeline.push({}, 'One more'); // the clone keeps the first commit
    const root = replaceHistory(pipeline);
    limit.allowed = 100;
    expect(await pipeline.run()).toMatchObject({ code: 6, stdout: expect.stringContaining(first) });
    expect((await pipeline.run('--on-rewrite', 'squash')).code).toBe(0);
    expect(eventsOf(receiver).map(({ type, subject, data }) => [type, subject, data.rewritten])).toEqual([
      ['team.created', 'a', undefined],
      ['team.created', 'b', undefined],
      ['team.created', 'x', true],
      ['team.created', 'y', true],
      ['team.deleted', 'a', true],
      ['team.deleted', 'b', true],
    ]);
    expect(receiver.accepted.at(-1)?.event.data.commit.id).toBe(root);
  });

  it('cursor set CLIENT root shows that all is sent again, and the next run sends it', async () => {
    const { pipeline, receiver, client, first, commits } = await fromRoot(kind);
    await pipeline.run('--init');
    const { stdout, stderr } = await pipeline.command('cursor', 'set', 'all', 'root');
    expect(stdout).toContain(`It would be before the first commit, ${first.slice(0, 12)} Change 1\n`);
    expect(stdout).toContain('sent again: 4 events');
    expect(stdout).toContain('never sent: none');
    expect(stdout).toContain('The next event will name no previous event');
    const [, command = ''] = stderr.split('To do it:\n');
    expect((await copied(command.trim())).stdout).toContain('all is set');
    const replay = await pipeline.command('replay', 'root..HEAD');
    expect(replay.stdout).toMatch(/all +would get nothing\n/);
    expect(replay.stderr).toContain('all: 4 events after its cursor before the first commit: pending');
    client('    paused: true\n');
    expect((await pipeline.command('cursor', 'set', 'all', commits[1] ?? '')).stdout).toContain(
      'all is before the first commit, ',
    );
    pipeline.clients(clientOf('new-name', receiver.url, '    formerly: all\n'));
    const sent = told(receiver);
    expect((await pipeline.run()).code).toBe(0);
    expect(told(receiver)).toEqual([...sent, ...sent]);
    expect(receiver.accepted[sent.length]?.headers['webhook-previous-id']).toBeUndefined();
    expect(receiver.accepted[sent.length]?.headers['webhook-replay']).toBeUndefined();
  });

  it('a run that is killed after the first event has begun before the first commit', async () => {
    let kill = (): void => undefined;
    const { pipeline, receiver } = await fromRoot(kind, (_, response, count) => {
      if (count !== 2) return 204;
      kill();
      response.destroy();
    });
    const killed = await pipeline.startWith(
      { onStart: (signal) => (kill = () => signal('SIGKILL')) },
      '--init',
    );
    expect(killed.code).toBeNull();
    await pipeline.command('cursor', 'unlock', 'all', '--execute');
    expect((await pipeline.run()).code).toBe(0);
    const [again, ...rest] = eventsOf(receiver).slice(-4);
    expect([again, ...rest]).toEqual(await allOf(pipeline.clone));
    expect(told(receiver).slice(0, -4)).toEqual(['team.created a']);
  });

  it.each([
    ['before it', 0, 'before the first one', 'before the first commit, '],
    ['in the middle of it', 1, 'at FIRST and in the middle of a step', 'FIRST '],
  ])('is told, %s, where the client left the clients file', async (_, allowed, noted, shown) => {
    const { pipeline, first } = await fromRoot(kind, limited(allowed).answer);
    await pipeline.run('--init');
    pipeline.clients(clientOf('other', 'http://127.0.0.1:1/'));
    const at = (text: string): string => text.replace('FIRST', first.slice(0, 12));
    const { stderr } = await pipeline.run('--print-events');
    expect(stderr).toContain(
      `all: not in the clients file any more; 3 commits behind, ${at(noted)}. Nothing`,
    );
    expect((await pipeline.command('status')).stdout).toMatch(
      new RegExp(`\\? all +departed +3 commits +${at(shown)}`),
    );
  });
});

describe('root', () => {
  it('is where the first parents of the newest commit begin, though others came in by merges', async () => {
    const { pipeline, receiver } = await fromRoot('file');
    const main = pipeline.git('rev-parse', 'HEAD');
    replaceHistory(pipeline);
    pipeline.git('merge', '--quiet', '--allow-unrelated-histories', '--message', 'Both', main);
    pipeline.push(of('z'));
    expect((await pipeline.run('--init')).code).toBe(0);
    const printed = await allOf(pipeline.clone);
    expect(eventsOf(receiver)).toEqual(printed);
    expect(brief(printed)).toEqual(['x', 'y', 'b', 'c', 'z'].map((id) => `team.created ${id}`));
  });

  it('is before the first commit though a branch is called so, which is a warning', async () => {
    const { pipeline, receiver, client, commits } = await fromRoot('file');
    pipeline.git('-C', pipeline.clone, 'branch', 'root', commits[1] ?? '');
    const { code, stderr } = await pipeline.run('--init');
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(
        'warning: "root" is before the first commit, although a branch has this name: for the branch write refs/heads/root',
      ),
    ]);
    expect(told(receiver)).toHaveLength(4);
    client();
    expect((await pipeline.command('cursor', 'set', 'all', 'refs/heads/root')).stdout).toContain(
      `It would be at ${commits[1]?.slice(0, 12)}`,
    );
  });

  it('begins something, and ends nothing', async () => {
    const { pipeline } = await fromRoot('file');
    const before = '"root" is before the first commit: a range can begin there, but not end there';
    for (const range of ['HEAD..root', 'root..root']) {
      const { code, stderr } = await teamEvents(['-C', pipeline.clone, '--print-events', range]);
      expect([code, stderr]).toEqual([6, expect.stringContaining(before)]);
    }
    const { code, stderr } = await pipeline.run('--init', '--to', 'root');
    expect([code, stderr]).toEqual([6, expect.stringContaining(before)]);
  });

  it('is what the words for forty zeros name', async () => {
    const { pipeline } = await fromRoot('file');
    const { code, stderr } = await pipeline.command('cursor', 'set', 'all', '0'.repeat(40));
    expect([code, stderr]).toEqual([6, expect.stringContaining('Begin at root, for all of history')]);
  });

  it('needs a whole history with a commit in it', async () => {
    const { pipeline } = await fromRoot('file');
    const shallow = `${tempFolder()}/shallow`;
    pipeline.git('clone', '--quiet', '--depth', '1', `file://${pipeline.remote}`, shallow);
    const empty = tempFolder();
    pipeline.git('init', '--quiet', empty);
    for (const [clone, message] of [
      [shallow, 'is a shallow clone'],
      [empty, 'has no commit yet'],
    ] as const) {
      const at = ['-C', clone, '--cursor', `file:${pipeline.storePath}`, '--clients', pipeline.clientsPath];
      for (const args of [
        [...at, '--init'],
        ['cursor', 'set', 'all', 'root', ...at],
        ['check', '--base', 'root', '-C', clone],
      ]) {
        const { code, stderr } = await teamEvents(args);
        expect([code, stderr]).toEqual([6, expect.stringContaining(message)]);
      }
    }
  });
});
