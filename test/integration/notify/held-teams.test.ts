/** Held teams beside what else may happen to a client: the removal guard, a new name, a pause, a receiver that sets the pace. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { brief } from '../../support/program.ts';
import { clientOf, startReceiver, type Receiver } from '../../support/receiver.ts';
import {
  createPipeline,
  STORES,
  type SamplePipeline,
  type StoreKind,
} from '../../support/sample-pipeline.ts';
import { team, type Files } from '../../support/sample-repo.ts';

const BY_TEAM = '    order: team\n    start: snapshot\n';
const told = ({ accepted }: Receiver): string[] => brief(accepted.map(({ event }) => event));
const toldOf = (receiver: Receiver, id: string): string[] =>
  told(receiver).filter((text) => text.endsWith(` ${id}`));

const teamsOf = (ids: readonly string[], members: readonly string[]): Files =>
  Object.fromEntries(ids.map((id) => [`teams/${id}.yml`, team(id, members)]));
const without = (ids: readonly string[]): Files =>
  Object.fromEntries(ids.map((id) => [`teams/${id}.yml`, null]));

const named = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `t${String(index).padStart(2, '0')}`);

/** Whether the client's cursor holds a team, as it is stored. */
function isHolding(pipeline: SamplePipeline, client = 'all'): boolean {
  if (pipeline.store.startsWith('tag:'))
    return /^Held: core /m.test(pipeline.remoteGit('cat-file', 'tag', `refs/tags/team-events/${client}`));
  const { clients } = JSON.parse(readFileSync(pipeline.storePath, 'utf8')) as {
    clients: Record<string, { held?: readonly object[] }>;
  };
  return clients[client]?.held !== undefined;
}

/** A client that holds `core`, of which it was sent nothing; `others` are there as well. */
async function holding(kind: StoreKind, others: readonly string[] = ['app']) {
  const pipeline = createPipeline(kind);
  const refused = new Set(['core']);
  const receiver = await startReceiver(({ event }) => (refused.has(event.subject) ? 400 : 204));
  pipeline.clients(clientOf('all', receiver.url, BY_TEAM));
  pipeline.push(teamsOf(['core', ...others], ['alice']));
  expect((await pipeline.run('--init')).code).toBe(3);
  expect(isHolding(pipeline)).toBe(true);
  return { pipeline, refused, receiver };
}

describe.each(STORES)('a client with a held team, with cursors in a %s', (kind) => {
  it('that the removal guard stops keeps it, is sent what comes before, and goes on once that is allowed', async () => {
    const many = named(15);
    const { pipeline, refused, receiver } = await holding(kind, many);
    pipeline.push(teamsOf(['core', 't00'], ['alice', 'bob']));
    const removal = pipeline.push({ ...without(many.slice(1)), ...teamsOf(['core'], ['bob']) });
    const guarded = await pipeline.run('--format', 'json');
    expect(guarded.code).toBe(7);
    const { clients } = JSON.parse(guarded.stdout) as { clients: Record<string, unknown>[] };
    expect(clients[0]).toMatchObject({ status: 'guarded', held: [{ team: 'core' }] });
    expect(toldOf(receiver, 't00')).toEqual(['team.created t00', 'team.members.added t00']);
    expect(isHolding(pipeline)).toBe(true);

    // What was allowed is sent, but for the team that is still refused.
    expect((await pipeline.run('--allow-removals', removal)).code).toBe(3);
    expect(told(receiver).filter((text) => text.startsWith('team.deleted'))).toHaveLength(14);
    expect(toldOf(receiver, 'core')).toEqual([]);
    refused.clear();
    expect((await pipeline.run()).code).toBe(0);
    expect(toldOf(receiver, 'core')).toEqual([
      'team.created core',
      'team.members.added core',
      'team.members.removed core',
    ]);
    expect(isHolding(pipeline)).toBe(false);
  });

  it('whose waiting events alone would remove too much is stopped by the guard, too', async () => {
    const many = named(15);
    const { pipeline, refused, receiver } = await holding(kind, many);
    for (const id of many) refused.add(id);
    const removal = pipeline.push(without(many));
    expect((await pipeline.run('--allow-removals', removal)).code).toBe(3);
    refused.clear();
    const guarded = await pipeline.run();
    expect(guarded.code).toBe(7);
    expect(told(receiver).filter((text) => text.startsWith('team.deleted'))).toEqual([]);
    expect((await pipeline.run('--allow-removals', removal)).code).toBe(0);
    expect(told(receiver).filter((text) => text.startsWith('team.deleted'))).toHaveLength(15);
  });

  it('that is renamed takes it along', async () => {
    const { pipeline, refused, receiver } = await holding(kind);
    pipeline.clients(clientOf('new', receiver.url, `    formerly: all\n${BY_TEAM}`));
    pipeline.push(teamsOf(['app', 'core'], ['alice', 'bob']));
    expect((await pipeline.run()).code).toBe(3);
    expect(toldOf(receiver, 'app')).toEqual(['team.created app', 'team.members.added app']);
    expect(isHolding(pipeline, 'new')).toBe(true);
    refused.clear();
    expect((await pipeline.run()).code).toBe(0);
    expect(toldOf(receiver, 'core')).toEqual(['team.created core', 'team.members.added core']);
    expect(isHolding(pipeline, 'new')).toBe(false);
  });

  it('that is paused is sent nothing, loses nothing, and shows both', async () => {
    const { pipeline, refused, receiver } = await holding(kind);
    const before = receiver.requests.length;
    refused.clear();
    pipeline.clients(clientOf('all', receiver.url, `${BY_TEAM}    paused: true\n`));
    pipeline.push(teamsOf(['app', 'core'], ['alice', 'bob']));
    const paused = await pipeline.run('--format', 'json');
    expect(paused.code).toBe(0);
    const { clients } = JSON.parse(paused.stdout) as { clients: Record<string, unknown>[] };
    expect(clients[0]).toMatchObject({ status: 'paused', delivered: 0, pending: 3 });
    expect(receiver.requests).toHaveLength(before);
    expect(isHolding(pipeline)).toBe(true);
    const status = await pipeline.command('status', '--to', 'HEAD');
    expect(status.stdout).toContain('paused');
    expect(status.stdout).toContain('core');
    pipeline.clients(clientOf('all', receiver.url, BY_TEAM));
    expect((await pipeline.run()).code).toBe(0);
    expect(toldOf(receiver, 'core')).toEqual(['team.created core', 'team.members.added core']);
  });
});

it('whose receiver sets the pace sends one request at a time from then on, tries the held team too, and ends with 0', async () => {
  const { pipeline, refused } = await holding('file');
  const many = Array.from({ length: 120 }, (_, index) => `n${index}`);
  let underWay = 0;
  const atOnce: number[] = [];
  const paced: Receiver = await startReceiver((_, response, count) => {
    atOnce.push(++underWay);
    const isEarly = count === 15 || count === 40;
    // The answer comes only when everything else that has arrived is read.
    setImmediate(() => {
      underWay--;
      response.writeHead(isEarly ? 429 : 204, isEarly ? { 'retry-after': '0' } : {}).end();
    });
  });
  refused.clear();
  pipeline.clients(clientOf('all', paced.url, BY_TEAM));
  pipeline.push(teamsOf(['core', ...many], ['alice', 'bob']));
  expect((await pipeline.run()).code).toBe(0);
  // Of core what waited and the change, of app one, of each other its creation; and what came too early once more.
  expect(paced.requests).toHaveLength(2 + 120 + 2);
  // What was under way at the second refusal, and what was begun before that was read, is long over.
  expect(Math.max(...atOnce.slice(-30))).toBe(1);
  expect(isHolding(pipeline)).toBe(false);
});
