/** The cursors of a run: claimed, renewed, given back; and what is told where the store does not play along. */
import { describe, expect, it } from 'vitest';
import { CursorKeeper } from '../../../../src/core/cursor/cursor-keeper.ts';
import type { Cursor } from '../../../../src/core/cursor/cursor.ts';
import { createMemoryRemote, type MemoryRemote } from '../../../support/memory-store.ts';
import { createTestClock, type TestClock } from '../../../support/test-clock.ts';

const at = (digit: string): string => digit.repeat(40);
const START = Date.UTC(2026, 0, 5, 9);
const CLAIM_MS = 60_000;

/** A run at a remote that holds the client's cursor at commit 1. */
async function run(remote: MemoryRemote, name: string, clock: TestClock) {
  const store = remote.open();
  const keeper = new CursorKeeper(store, { run: name, claimMs: CLAIM_MS, clock });
  const stored = (await store.read()).cursors.get('all');
  if (stored?.kind === 'cursor') keeper.take('all', stored.version, stored.cursor);
  else keeper.begin('all', { commit: at('1') });
  await keeper.claim([]);
  return keeper;
}

async function begun(cursor: Cursor = { commit: at('1') }) {
  const remote = createMemoryRemote();
  remote.put('all', cursor);
  const clock = createTestClock(START);
  return { remote, clock, keeper: await run(remote, 'run 1', clock) };
}

describe('a run', () => {
  it('claims before it sends, moves the cursor with the claim, and gives it back', async () => {
    const { remote, keeper } = await begun();
    await keeper.claim(['all']);
    const until = new Date(START + CLAIM_MS).toISOString();
    expect(remote.get('all')).toEqual({ commit: at('1'), run: 'run 1', claim: { run: 'run 1', until } });
    keeper.settle('all', { commit: at('2'), lastEvent: 'evt_a' });
    await keeper.flush();
    expect(remote.get('all')).toMatchObject({ commit: at('2'), lastEvent: 'evt_a', claim: { run: 'run 1' } });
    keeper.release('all', { commit: at('3') });
    await keeper.flush();
    expect(remote.get('all')).toEqual({ commit: at('3'), run: 'run 1' });
    expect(keeper.saved('all')).toEqual({ kind: 'held' });
  });

  it('writes nothing where nothing changed', async () => {
    const { remote, keeper } = await begun({ commit: at('1'), lastEvent: 'evt_a', run: 'an older run' });
    keeper.release('all', { commit: at('1'), lastEvent: 'evt_a' });
    await keeper.flush();
    expect(remote.get('all')?.run).toBe('an older run');
  });

  it('takes away the claim of a run that died, also where nothing is pending', async () => {
    const claim = { run: 'dead', until: new Date(START - 1).toISOString() };
    const { remote, keeper } = await begun({ commit: at('1'), claim });
    keeper.release('all', { commit: at('1') });
    await keeper.flush();
    expect(remote.get('all')?.claim).toBeUndefined();
  });

  it('renews its claim before it lapses, and only then', async () => {
    const { remote, clock, keeper } = await begun();
    await keeper.claim(['all']);
    const until = () => Date.parse(remote.get('all')?.claim?.until ?? '') - START;
    clock.ms = START + CLAIM_MS / 4;
    await keeper.flush();
    expect(until()).toBe(CLAIM_MS);
    clock.ms = START + CLAIM_MS * 0.75;
    await keeper.flush();
    expect(until()).toBe(CLAIM_MS * 1.75);
  });

  it('begins a cursor that does not exist yet', async () => {
    const remote = createMemoryRemote();
    const keeper = await run(remote, 'run 1', createTestClock(START));
    await keeper.flush();
    expect(remote.get('all')).toEqual({ commit: at('1'), run: 'run 1' });
  });
});

describe('a run with thousands of clients', () => {
  it('claims those that it serves at once, and keeps them while the others are written', async () => {
    const remote = createMemoryRemote();
    const clock = createTestClock(START);
    const store = remote.open();
    const sizes: number[] = [];
    const slow = {
      ...store,
      write: (changes: Parameters<typeof store.write>[0]) => {
        sizes.push(changes.size);
        clock.ms += 20_000; // four minutes for all of them
        return store.write(changes);
      },
    };
    const keeper = new CursorKeeper(slow, { run: 'run 1', claimMs: CLAIM_MS, clock });
    for (let client = 0; client < 3000; client++) keeper.begin(`c${client}`, { commit: at('1') });
    keeper.begin('served', { commit: at('1') });
    await keeper.claim(['served']);
    expect(sizes).toEqual([1]);
    const writing = keeper.flush();
    keeper.settle('served', { commit: at('2') });
    await writing;
    expect(Math.max(...sizes)).toBeLessThanOrEqual(251);
    expect(remote.get('served')).toMatchObject({ commit: at('2'), claim: { run: 'run 1' } });
    expect(Date.parse(remote.get('served')?.claim?.until ?? '')).toBeGreaterThan(clock.ms);
    expect(remote.get('c2999')?.commit).toBe(at('1'));
  });
});

describe('a run whose cursor another one moved', () => {
  it('is told so at its next write, and writes nothing more', async () => {
    const { remote, clock, keeper } = await begun();
    await keeper.claim(['all']);
    const other = await run(remote, 'run 2', clock);
    other.release('all', { commit: at('9') });
    await other.flush();
    expect(keeper.custody('all')).toEqual({ kind: 'held' });
    keeper.settle('all', { commit: at('2') });
    await keeper.flush();
    expect(keeper.custody('all')).toEqual({ kind: 'lost', by: 'run 2' });
    keeper.release('all', { commit: at('3') });
    await keeper.flush();
    expect(remote.get('all')?.commit).toBe(at('9'));
    expect(keeper.saved('all').kind).toBe('lost');
  });

  it('of two that claim at once one wins', async () => {
    const { remote, clock, keeper } = await begun();
    const other = await run(remote, 'run 2', clock);
    await Promise.all([keeper.claim(['all']), other.claim(['all'])]);
    expect([keeper, other].map((one) => one.custody('all').kind).sort()).toEqual(['held', 'lost']);
  });
});

describe('a claim that lapses before it could be renewed', () => {
  it('ends the lane, whatever the store does meanwhile', async () => {
    const { clock, keeper } = await begun();
    await keeper.claim(['all']);
    clock.ms += CLAIM_MS - 1;
    expect(keeper.custody('all')).toEqual({ kind: 'held' });
    clock.ms += 1;
    expect(keeper.custody('all')).toEqual({
      kind: 'failed',
      message: 'its claim lapsed before it could be renewed',
    });
  });
});

describe('a store that hangs', () => {
  it('gets no queue of writes: what is due by then is written at once', async () => {
    const { remote, clock, keeper } = await begun();
    let writes = 0;
    remote.fault = (call) => {
      if (call === 'write') writes++;
      return undefined;
    };
    keeper.settle('all', { commit: at('2') });
    const flushes = [keeper.flush()];
    for (const digit of ['3', '4', '5', '6']) {
      keeper.settle('all', { commit: at(digit) });
      flushes.push(keeper.flush());
    }
    await Promise.all(flushes);
    expect(writes).toBeLessThanOrEqual(2);
    expect(remote.get('all')?.commit).toBe(at('6'));
    expect(clock.ms).toBe(START);
  });
});

describe('where the store cannot be reached', () => {
  it('a claim cannot be made: nothing may be sent', async () => {
    const { remote, keeper } = await begun();
    remote.fault = () => ({ kind: 'unreachable' });
    await expect(keeper.claim(['all'])).rejects.toThrow('memory');
  });

  it.each([4000, 10_000])('for %i ms, neither the claim nor the last cursor is lost', async (awayMs) => {
    const { remote, clock, keeper } = await begun();
    const awayFrom = (ms: number): void => {
      remote.fault = () => (clock.ms < ms + awayMs ? { kind: 'unreachable' } : undefined);
    };
    awayFrom(clock.ms);
    await keeper.claim(['all']);
    expect(remote.get('all')?.claim?.run).toBe('run 1');
    keeper.release('all', { commit: at('2') });
    awayFrom(clock.ms);
    await keeper.finish();
    expect(keeper.saved('all')).toEqual({ kind: 'held' });
    expect(keeper.claimLeft('all')).toBeUndefined();
    expect(remote.get('all')).toEqual({ commit: at('2'), run: 'run 1' });
  });

  it('for good, the end is told within a minute, with the claim that is left', async () => {
    const { remote, clock, keeper } = await begun();
    await keeper.claim(['all']);
    keeper.release('all', { commit: at('2') });
    remote.fault = () => ({ kind: 'unreachable' });
    const start = clock.ms;
    clock.ms += 1;
    await keeper.finish();
    expect(clock.ms - start).toBeLessThan(70_000);
    expect(keeper.saved('all')).toEqual({ kind: 'failed', message: 'cannot write the memory' });
    clock.ms = start + CLAIM_MS - 1;
    expect(keeper.claimLeft('all')).toBe(START + CLAIM_MS);
    clock.ms = start + CLAIM_MS;
    expect(keeper.claimLeft('all')).toBeUndefined();
  });

  it('a store of its own keeps a lane going for as long as a claim would, where that may pass', async () => {
    const { remote, clock, keeper: shared } = await begun();
    const store = { ...remote.open(), shared: false };
    const keeper = new CursorKeeper(store, { run: 'run 1', claimMs: CLAIM_MS, clock });
    const stored = (await store.read()).cursors.get('all');
    if (stored?.kind !== 'cursor') throw new Error('no cursor');
    keeper.take('all', stored.version, stored.cursor);
    await keeper.claim(['all']);
    remote.fault = () => ({ kind: 'unreachable' });
    keeper.settle('all', { commit: at('2') });
    await keeper.flush();
    clock.ms += CLAIM_MS - 1;
    expect(keeper.custody('all')).toEqual({ kind: 'held' });
    clock.ms += 1;
    expect(keeper.custody('all')).toEqual({ kind: 'failed', message: 'cannot write the memory' });
    expect(shared.isOwn('all')).toBe(false);
  });

  it('a lane goes on for as long as its claim lasts, and what it wanted is written later', async () => {
    const { remote, clock, keeper } = await begun();
    await keeper.claim(['all']);
    remote.fault = (call) => (call === 'write' ? { kind: 'unreachable' } : undefined);
    keeper.settle('all', { commit: at('2') });
    await keeper.flush();
    expect(keeper.custody('all')).toEqual({ kind: 'held' });
    clock.ms += CLAIM_MS;
    expect(keeper.custody('all').kind).toBe('failed');
    keeper.release('all', { commit: at('2') });
    await keeper.flush();
    expect(keeper.saved('all').kind).toBe('failed');
    remote.fault = undefined;
    await keeper.flush();
    expect(keeper.saved('all')).toEqual({ kind: 'held' });
    expect(remote.get('all')).toEqual({ commit: at('2'), run: 'run 1' });
  });

  it('an answer that was lost is not taken for another run', async () => {
    const { remote, keeper } = await begun();
    await keeper.claim(['all']);
    remote.fault = (call) => (call === 'write' ? { kind: 'lost' } : undefined);
    keeper.settle('all', { commit: at('2') });
    await keeper.flush();
    remote.fault = undefined;
    keeper.release('all', { commit: at('3') });
    await keeper.flush();
    expect(keeper.saved('all')).toEqual({ kind: 'held' });
    expect(remote.get('all')?.commit).toBe(at('3'));
  });

  it('a server that refuses one client is told with its words', async () => {
    const { remote, keeper } = await begun();
    remote.fault = (call) => (call === 'write' ? { kind: 'refused', clients: ['all'] } : undefined);
    keeper.settle('all', { commit: at('2') });
    await keeper.flush();
    expect(keeper.custody('all')).toEqual({
      kind: 'failed',
      message: 'the memory does not want it',
      details: ['remote: so it says'],
    });
  });
});
