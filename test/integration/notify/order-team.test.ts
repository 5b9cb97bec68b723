/** `order: team`: a refused event holds its team only, and is taken up there by the next run, with either store. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { brief } from '../../support/program.ts';
import { clientOf, startReceiver, type Received, type Receiver } from '../../support/receiver.ts';
import { createPipeline, STORES, type SamplePipeline } from '../../support/sample-pipeline.ts';
import { team, type Files } from '../../support/sample-repo.ts';

const BY_TEAM = '    order: team\n    start: snapshot\n';
const told = ({ accepted }: Receiver): string[] => brief(accepted.map(({ event }) => event));
const toldOf = (receiver: Receiver, id: string): string[] =>
  told(receiver).filter((text) => text.endsWith(` ${id}`));

const teamsOf = (ids: readonly string[], members: readonly string[]): Files =>
  Object.fromEntries(ids.map((id) => [`teams/${id}.yml`, team(id, members)]));

/** A receiver that refuses the events of these teams with a status, as long as they are in the set. */
async function picky(refused: Set<string>, status = 400): Promise<Receiver> {
  return startReceiver(({ event }) => (refused.has(event.subject) ? status : 204));
}

/** The client's cursor as the store has it: the message of the tag, or the entry of the file. */
function stored(pipeline: SamplePipeline, client = 'all'): string {
  return pipeline.store.startsWith('tag:')
    ? pipeline.remoteGit('cat-file', 'tag', `refs/tags/team-events/${client}`)
    : readFileSync(pipeline.storePath, 'utf8');
}

describe.each(STORES)('with cursors in a %s', (kind) => {
  it('a refused event holds its team, the others go on, and the next runs finish it in order', async () => {
    const pipeline = createPipeline(kind);
    const refused = new Set(['core', 'web']);
    const receiver = await picky(refused);
    pipeline.clients(clientOf('all', receiver.url, BY_TEAM));
    pipeline.push(teamsOf(['app', 'core', 'ops', 'web'], ['alice']));
    const first = await pipeline.run('--init');
    expect(first.code).toBe(3);
    expect(told(receiver).sort()).toEqual(['team.created app', 'team.created ops']);
    expect(stored(pipeline)).toContain('core');

    pipeline.push(teamsOf(['app', 'core', 'web'], ['alice', 'bob']));
    expect((await pipeline.run()).code).toBe(3);
    expect(toldOf(receiver, 'app')).toEqual(['team.created app', 'team.members.added app']);
    expect(toldOf(receiver, 'core')).toEqual([]);

    const status = await pipeline.command('status', '--to', 'HEAD');
    expect(status.stdout).toMatch(/held .*4 events/);
    expect(status.stdout).toContain('core (2 events), web (2 events)');
    const json = JSON.parse((await pipeline.command('status', '--format', 'json')).stdout) as {
      clients: { state: string; held: unknown }[];
    };
    expect(json.clients[0]).toMatchObject({
      state: 'held',
      held: [
        { team: 'core', events: 2 },
        { team: 'web', events: 2 },
      ],
    });
    const dry = await pipeline.run('--print-events');
    expect(dry.code).toBe(3);
    expect(dry.stdout).toContain('+ core members added');

    refused.delete('core');
    expect((await pipeline.run()).code).toBe(3);
    expect(toldOf(receiver, 'core')).toEqual(['team.created core', 'team.members.added core']);
    refused.clear();
    expect((await pipeline.run()).code).toBe(0);
    expect(toldOf(receiver, 'web')).toEqual(['team.created web', 'team.members.added web']);
    expect(stored(pipeline)).not.toMatch(/[Hh]eld/);
    expect((await pipeline.run()).code).toBe(0);
    expect(new Set(receiver.accepted.map(({ headers }) => headers['webhook-id'])).size).toBe(
      receiver.accepted.length,
    );
  });

  it('one of 400 refused: 399 are delivered', async () => {
    const pipeline = createPipeline(kind);
    const receiver = await picky(new Set(['t123']));
    pipeline.clients(clientOf('all', receiver.url, BY_TEAM));
    pipeline.push(
      teamsOf(
        Array.from({ length: 400 }, (_, index) => `t${index}`),
        [],
      ),
    );
    const { code, stdout } = await pipeline.run('--init', '--format', 'json');
    expect(code).toBe(3);
    const { clients } = JSON.parse(stdout) as { clients: Record<string, unknown>[] };
    expect(clients[0]).toMatchObject({
      status: 'held',
      delivered: 399,
      pending: 1,
      held: [{ team: 't123' }],
    });
    expect(receiver.accepted).toHaveLength(399);
  });

  it('a rename joins two ids, also across runs', async () => {
    const pipeline = createPipeline(kind);
    const refused = new Set(['core']);
    const receiver = await picky(refused);
    pipeline.clients(clientOf('all', receiver.url, BY_TEAM));
    pipeline.push(teamsOf(['core', 'other'], ['alice']));
    expect((await pipeline.run('--init')).code).toBe(3);
    pipeline.push({
      'teams/core.yml': null,
      'teams/kernel.yml': `${team('kernel', ['alice', 'bob'])}previously: core\n`,
    });
    expect((await pipeline.run()).code).toBe(3);
    pipeline.push({ 'teams/kernel.yml': team('kernel', ['bob']), ...teamsOf(['other'], ['bob']) });
    expect((await pipeline.run()).code).toBe(3);
    expect(told(receiver)).toEqual([
      'team.created other',
      'team.members.removed other',
      'team.members.added other',
    ]);
    refused.clear();
    expect((await pipeline.run()).code).toBe(0);
    expect(told(receiver).slice(3)).toEqual([
      'team.created core',
      'team.modified kernel',
      'team.members.removed kernel',
    ]);
  });

  it('changes between `all` and `team` at any time lose nothing', async () => {
    const pipeline = createPipeline(kind);
    const refused = new Set(['core']);
    const receiver = await picky(refused);
    const use = (order: string): void =>
      pipeline.clients(clientOf('all', receiver.url, `    order: ${order}\n    start: snapshot\n`));
    use('team');
    pipeline.push(teamsOf(['app', 'core', 'web'], ['alice']));
    expect((await pipeline.run('--init')).code).toBe(3);
    pipeline.push(teamsOf(['app'], ['bob']));
    use('all');
    expect((await pipeline.run()).code).toBe(3);
    expect(toldOf(receiver, 'app')).toEqual(['team.created app']); // all others wait now
    expect(stored(pipeline)).toContain('core');
    use('team');
    expect((await pipeline.run()).code).toBe(3);
    expect(toldOf(receiver, 'app')).toHaveLength(3);
    use('all');
    refused.clear();
    expect((await pipeline.run()).code).toBe(0);
    expect(toldOf(receiver, 'core')).toEqual(['team.created core']);
  });

  it('a skip frees a held team, a cursor set by hand leaves its events out, and says so', async () => {
    const pipeline = createPipeline(kind);
    const receiver = await picky(new Set(['core']));
    pipeline.clients(clientOf('all', receiver.url, BY_TEAM));
    pipeline.push(teamsOf(['app', 'core'], []));
    await pipeline.run('--init');
    const shown = await pipeline.command('cursor', 'set', 'all', 'now');
    expect(shown.stdout).toMatch(/never sent: 1 event\n\s+team\.created core/);
    const [request] = receiver.requests.filter(({ event }) => event.subject === 'core');
    pipeline.clients(clientOf('all', receiver.url, `${BY_TEAM}    skip: [${request?.event.id}]\n`));
    expect((await pipeline.run()).code).toBe(0);
    expect(stored(pipeline)).not.toMatch(/[Hh]eld/);
  });
});

describe('what a held team waits for', () => {
  /** A client that holds `core` at its first commit, two commits back. */
  async function holding(start = 'snapshot') {
    const pipeline = createPipeline('tag');
    const refused = new Set(['core']);
    const receiver = await picky(refused);
    pipeline.clients(clientOf('all', receiver.url, `    order: team\n    start: ${start}\n`));
    pipeline.push(teamsOf(['app', 'core'], ['alice']));
    await pipeline.run('--init');
    pipeline.push(teamsOf(['app', 'core'], ['alice', 'bob']));
    await pipeline.run();
    expect(stored(pipeline)).toContain('Held: core ');
    return { pipeline, refused, receiver };
  }

  it.each(['snapshot', 'root'])(
    'comes step by step, also where all others are sent a net change (start: %s)',
    async (start) => {
      const { pipeline, refused, receiver } = await holding(start);
      pipeline.push(teamsOf(['app', 'core'], ['bob']));
      pipeline.push(teamsOf(['app', 'core'], ['bob', 'carol']));
      refused.clear();
      expect((await pipeline.run('--squash')).code).toBe(0);
      expect(toldOf(receiver, 'core')).toEqual([
        'team.created core',
        'team.members.added core',
        'team.members.removed core',
        'team.members.added core',
      ]);
      expect(stored(pipeline)).not.toContain('Held');
    },
  );

  it('is not replayed before it was sent', async () => {
    const { pipeline, receiver } = await holding();
    const before = receiver.requests.length;
    const replay = ['replay', 'root..HEAD', '--execute', '--allow-host', '127.0.0.1'];
    const replayed = await pipeline.command(...replay);
    expect(replayed.code).toBe(0);
    const again = receiver.requests.slice(before).map(({ event }) => event.subject);
    expect([again.length > 0, again.includes('core')]).toEqual([true, false]);
  });

  it('comes as a net change, where history was rewritten meanwhile', async () => {
    const { pipeline, refused, receiver } = await holding();
    pipeline.git('reset', '--quiet', '--hard', 'HEAD~1');
    pipeline.push(teamsOf(['app', 'core'], ['zoe']));
    expect((await pipeline.run()).code).toBe(6);
    refused.clear();
    expect((await pipeline.run('--on-rewrite', 'squash')).code).toBe(0);
    expect(toldOf(receiver, 'core').slice(0, 1)).toEqual(['team.created core']);
    const last = receiver.accepted.filter(({ event }) => event.subject === 'core').at(-1);
    expect(last?.event.data.team.members).toEqual([{ id: 'zoe' }]);
    expect(stored(pipeline)).not.toContain('Held');
  });

  it('waits, says `explain`, and blocks nothing of others', async () => {
    const { pipeline } = await holding();
    const { stdout } = await pipeline.command('explain', 'core');
    expect(stdout).toContain('✗ all blocked');
    expect(stdout).toContain('✗ all held');
  });

  it('touches one client only, whatever its cursor says', async () => {
    const { pipeline, refused, receiver } = await holding();
    refused.clear();
    const other = await startReceiver();
    pipeline.clients(
      clientOf('all', receiver.url, BY_TEAM) + clientOf('other', other.url, '    start: snapshot\n'),
    );
    expect((await pipeline.run()).code).toBe(0);
    const tag = 'refs/tags/team-events/all';
    const head = pipeline.remoteGit('rev-parse', 'main');
    const forge = (message: string): void => {
      pipeline.remoteGit(
        '-c',
        'user.name=x',
        '-c',
        'user.email=x@example.com',
        'tag',
        '-f',
        '-a',
        '-m',
        message,
        'team-events/all',
        head,
      );
    };
    const nowhere = 'f'.repeat(40);
    const many = Array.from(
      { length: 100 },
      (_, index) => `Held: t${index} ${nowhere}..${head} 000000000001.000000`,
    );
    for (const [message, code] of [
      [`x\n\nHeld: core ${nowhere}..${nowhere} 000000000001.000000`, 6],
      [`x\n\n${many.join('\n')}`, 6],
      [`x\n\nHeld: core ${head}..${head} 999999999999.000000`, 0],
      [`x\n\n${many.join('\n')}\nHeld: one-more ${head}..${head} 000000000001.000000`, 8],
    ] as const) {
      forge(message);
      const served = other.accepted.length;
      pipeline.push(teamsOf(['app'], [`m${served}`, 'zoe']));
      expect([message.slice(0, 60), (await pipeline.run()).code]).toEqual([message.slice(0, 60), code]);
      expect(other.accepted.length).toBeGreaterThan(served);
    }
    expect(pipeline.remoteGit('rev-parse', tag)).toBeTruthy();
  });
});

describe('the requests of a client with `order: team`', () => {
  it('are at most `parallel` at a time, one of a team, and name what came before of that team', async () => {
    const pipeline = createPipeline('file');
    let busy = 0;
    let most = 0;
    const underWay = new Set<string>();
    const overlaps: string[] = [];
    const waiting: (() => void)[] = [];
    const receiver = await startReceiver(({ event }, response) => {
      busy++;
      most = Math.max(most, busy);
      if (underWay.has(event.subject)) overlaps.push(event.subject);
      underWay.add(event.subject);
      waiting.push(() => {
        busy--;
        underWay.delete(event.subject);
        response.writeHead(204).end();
      });
      // Answered once as many are under way as may be, or no more come.
      if (waiting.length === 3) for (const answer of waiting.splice(0)) answer();
      else setTimeout(() => waiting.splice(0).forEach((answer) => answer()), 200);
    });
    pipeline.clients(
      `  - name: all\n    order: team\n    parallel: 3\n    start: root\n    subscriptions:\n` +
        `      - events: [team.created, team.members.added, team.modified]\n        url: ${receiver.url}\n`,
    );
    pipeline.push(teamsOf(['a', 'b', 'c', 'd'], ['alice']));
    pipeline.push(teamsOf(['a', 'b', 'c', 'd'], ['alice', 'bob']));
    const { code } = await pipeline.run('--init');
    expect([code, most, overlaps]).toEqual([0, 3, []]);
    const previousOf = (request: Received | undefined) => request?.headers['webhook-previous-id'];
    for (const id of ['a', 'b', 'c', 'd']) {
      const [created, added] = receiver.requests.filter(({ event }) => event.subject === id);
      expect(previousOf(created)).toBeUndefined();
      expect(previousOf(added)).toBe(created?.event.id);
      expect(created?.headers['webhook-remaining']).toBe('0');
    }
  });

  it('to a receiver that is down are few, and hold no teams', async () => {
    const pipeline = createPipeline('file');
    const receiver = await startReceiver(() => 503);
    pipeline.clients(clientOf('all', receiver.url, BY_TEAM));
    pipeline.push(
      teamsOf(
        Array.from({ length: 60 }, (_, index) => `t${index}`),
        [],
      ),
    );
    const { code, stdout } = await pipeline.run('--init', '--format', 'json');
    expect(code).toBe(3);
    const { clients } = JSON.parse(stdout) as { clients: Record<string, unknown>[] };
    expect(clients[0]).toMatchObject({ status: 'blocked', delivered: 0, pending: 60 });
    expect(clients[0]).not.toHaveProperty('held');
    expect(receiver.requests.length).toBeLessThan(60);
    expect(stored(pipeline)).not.toContain('held');
  });

  it('end where more than a hundred teams are refused', async () => {
    const pipeline = createPipeline('file');
    const receiver = await startReceiver(({ event }) => (event.subject === 'aa' ? 204 : 400));
    pipeline.clients(clientOf('all', receiver.url, BY_TEAM));
    pipeline.push(
      teamsOf(['aa', ...Array.from({ length: 120 }, (_, index) => `t${String(index).padStart(3, '0')}`)], []),
    );
    expect((await pipeline.run('--init')).code).toBe(3);
    const { clients } = JSON.parse(stored(pipeline)) as { clients: { all: { held: unknown[] } } };
    expect(clients.all.held).toHaveLength(100);
    expect(receiver.requests.length).toBe(102);
  });
});
