/** The cursors of a run: claimed, renewed, given back; and what is told where the store does not play along. */
import { describe, expect, it } from 'vitest';
import { CursorSession } from '../../../../src/core/cursor/cursor-session.ts';
import type { Cursor } from '../../../../src/core/cursor/cursor.ts';
import { createMemoryRemote, type MemoryRemote } from '../../../support/memory-store.ts';
import { createTestClock, type TestClock } from '../../../support/test-clock.ts';

const at = (digit: string): string => digit.repeat(40);
const START = Date.UTC(2026, 0, 5, 9);
const CLAIM_MS = 60_000;

/** A run at a remote that holds the client's cursor at commit 1. */
async function run(remote: MemoryRemote, name: string, clock: TestClock) {
  const store = remote.open();
  const session = new CursorSession(store, { run: name, claimMs: CLAIM_MS, clock });
  const stored = (await store.read()).cursors.get('all');
  if (stored?.kind === 'cursor') session.take('all', stored.version, stored.cursor);
  else session.begin('all', { commit: at('1') });
  await session.claim([]);
  return session;
}

async function begun(cursor: Cursor = { commit: at('1') }) {
  const remote = createMemoryRemote();
  remote.put('all', cursor);
  const clock = createTestClock(START);
  return { remote, clock, session: await run(remote, 'run 1', clock) };
}

describe('a run', () => {
  it('claims before it sends, moves the cursor with the claim, and gives it back', async () => {
    const { remote, session } = await begun();
    await session.claim(['all']);
    const until = new Date(START + CLAIM_MS).toISOString();
    expect(remote.get('all')).toEqual({ commit: at('1'), run: 'run 1', claim: { run: 'run 1', until } });
    session.settle('all', () => ({ commit: at('2'), lastEvent: 'evt_a' }));
    await session.flush();
    expect(remote.get('all')).toMatchObject({ commit: at('2'), lastEvent: 'evt_a', claim: { run: 'run 1' } });
    session.release('all', { commit: at('3') });
    await session.flush();
    expect(remote.get('all')).toEqual({ commit: at('3'), run: 'run 1' });
    expect(session.saved('all')).toEqual({ kind: 'held' });
  });

  it('writes nothing where nothing changed', async () => {
    const { remote, session } = await begun({ commit: at('1'), lastEvent: 'evt_a', run: 'an older run' });
    session.release('all', { commit: at('1'), lastEvent: 'evt_a' });
    await session.flush();
    expect(remote.get('all')?.run).toBe('an older run');
  });

  it('takes away the claim of a run that died, also where nothing is pending', async () => {
    const claim = { run: 'dead', until: new Date(START - 1).toISOString() };
    const { remote, session } = await begun({ commit: at('1'), claim });
    session.release('all', { commit: at('1') });
    await session.flush();
    expect(remote.get('all')?.claim).toBeUndefined();
  });

  it('renews its claim before it lapses, and only then', async () => {
    const { remote, clock, session } = await begun();
    await session.claim(['all']);
    const until = () => Date.parse(remote.get('all')?.claim?.until ?? '') - START;
    clock.ms = START + CLAIM_MS / 4;
    await session.flush();
    expect(until()).toBe(CLAIM_MS);
    clock.ms = START + CLAIM_MS * 0.75;
    await session.flush();
    expect(until()).toBe(CLAIM_MS * 1.75);
  });

  it('begins a cursor that does not exist yet', async () => {
    const remote = createMemoryRemote();
    const session = await run(remote, 'run 1', createTestClock(START));
    await session.flush();
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
    const session = new CursorSession(slow, { run: 'run 1', claimMs: CLAIM_MS, clock });
    for (let client = 0; client < 3000; client++) session.begin(`c${client}`, { commit: at('1') });
    session.begin('served', { commit: at('1') });
    await session.claim(['served']);
    expect(sizes).toEqual([1]);
    const writing = session.flush();
    session.settle('served', () => ({ commit: at('2') }));
    await writing;
    expect(Math.max(...sizes)).toBeLessThanOrEqual(251);
    expect(remote.get('served')).toMatchObject({ commit: at('2'), claim: { run: 'run 1' } });
    expect(Date.parse(remote.get('served')?.claim?.until ?? '')).toBeGreaterThan(clock.ms);
    expect(remote.get('c2999')?.commit).toBe(at('1'));
  });
});

describe('a run whose cursor another one moved', () => {
  it('is told so at its next write, and writes nothing more', async () => {
    const { remote, clock, session } = await begun();
    await session.claim(['all']);
    const other = await run(remote, 'run 2', clock);
    other.release('all', { commit: at('9') });
    await other.flush();
    expect(session.hold('all')).toEqual({ kind: 'held' });
    session.settle('all', () => ({ commit: at('2') }));
    await session.flush();
    expect(session.hold('all')).toEqual({ kind: 'lost', by: 'run 2' });
    session.release('all', { commit: at('3') });
    await session.flush();
    expect(remote.get('all')?.commit).toBe(at('9'));
    expect(session.saved('all').kind).toBe('lost');
  });

  it('of two that claim at once one wins', async () => {
    const { remote, clock, session } = await begun();
    const other = await run(remote, 'run 2', clock);
    await Promise.all([session.claim(['all']), other.claim(['all'])]);
    expect([session, other].map((one) => one.hold('all').kind).sort()).toEqual(['held', 'lost']);
  });
});

describe('a claim that lapses before it could be renewed', () => {
  it('ends the lane, whatever the store does meanwhile', async () => {
    const { clock, session } = await begun();
    await session.claim(['all']);
    clock.ms += CLAIM_MS - 1;
    expect(session.hold('all')).toEqual({ kind: 'held' });
    clock.ms += 1;
    expect(session.hold('all')).toEqual({
      kind: 'failed',
      message: 'its claim lapsed before it could be renewed',
    });
  });
});

describe('a store that hangs', () => {
  it('gets no queue of writes: what is due by then is written at once', async () => {
    const { remote, clock, session } = await begun();
    let writes = 0;
    remote.fault = (call) => {
      if (call === 'write') writes++;
      return undefined;
    };
    session.settle('all', () => ({ commit: at('2') }));
    const flushes = [session.flush()];
    for (const digit of ['3', '4', '5', '6']) {
      session.settle('all', () => ({ commit: at(digit) }));
      flushes.push(session.flush());
    }
    await Promise.all(flushes);
    expect(writes).toBeLessThanOrEqual(2);
    expect(remote.get('all')?.commit).toBe(at('6'));
    expect(clock.ms).toBe(START);
  });
});

describe('where the store cannot be reached', () => {
  it('a claim cannot be made: nothing may be sent', async () => {
    const { remote, session } = await begun();
    remote.fault = () => ({ kind: 'unreachable' });
    await expect(session.claim(['all'])).rejects.toThrow('memory');
  });

  it.each([4000, 10_000])('for %i ms, neither the claim nor the last cursor is lost', async (awayMs) => {
    const { remote, clock, session } = await begun();
    const awayFrom = (ms: number): void => {
      remote.fault = () => (clock.ms < ms + awayMs ? { kind: 'unreachable' } : undefined);
    };
    awayFrom(clock.ms);
    await session.claim(['all']);
    expect(remote.get('all')?.claim?.run).toBe('run 1');
    session.release('all', { commit: at('2') });
    awayFrom(clock.ms);
    await session.finish();
    expect(session.saved('all')).toEqual({ kind: 'held' });
    expect(session.claimLeft('all')).toBeUndefined();
    expect(remote.get('all')).toEqual({ commit: at('2'), run: 'run 1' });
  });

  it('for good, the end is told within a minute, with the claim that is left', async () => {
    const { remote, clock, session } = await begun();
    await session.claim(['all']);
    session.release('all', { commit: at('2') });
    remote.fault = () => ({ kind: 'unreachable' });
    const start = clock.ms;
    clock.ms += 1;
    await session.finish();
    expect(clock.ms - start).toBeLessThan(70_000);
    expect(session.saved('all')).toEqual({ kind: 'failed', message: 'cannot write the memory' });
    clock.ms = start + CLAIM_MS - 1;
    expect(session.claimLeft('all')).toBe(START + CLAIM_MS);
    clock.ms = start + CLAIM_MS;
    expect(session.claimLeft('all')).toBeUndefined();
  });

  it('a store of its own keeps a lane going for as long as a claim would, where that may pass', async () => {
    const { remote, clock, session: shared } = await begun();
    const store = { ...remote.open(), shared: false };
    const session = new CursorSession(store, { run: 'run 1', claimMs: CLAIM_MS, clock });
    const stored = (await store.read()).cursors.get('all');
    if (stored?.kind !== 'cursor') throw new Error('no cursor');
    session.take('all', stored.version, stored.cursor);
    await session.claim(['all']);
    remote.fault = () => ({ kind: 'unreachable' });
    session.settle('all', () => ({ commit: at('2') }));
    await session.flush();
    clock.ms += CLAIM_MS - 1;
    expect(session.hold('all')).toEqual({ kind: 'held' });
    clock.ms += 1;
    expect(session.hold('all')).toEqual({ kind: 'failed', message: 'cannot write the memory' });
    expect(shared.hasExclusiveDelivery('all')).toBe(false);
  });

  it('a lane goes on for as long as its claim lasts, and what it wanted is written later', async () => {
    const { remote, clock, session } = await begun();
    await session.claim(['all']);
    remote.fault = (call) => (call === 'write' ? { kind: 'unreachable' } : undefined);
    session.settle('all', () => ({ commit: at('2') }));
    await session.flush();
    expect(session.hold('all')).toEqual({ kind: 'held' });
    clock.ms += CLAIM_MS;
    expect(session.hold('all').kind).toBe('failed');
    session.release('all', { commit: at('2') });
    await session.flush();
    expect(session.saved('all').kind).toBe('failed');
    remote.fault = undefined;
    await session.flush();
    expect(session.saved('all')).toEqual({ kind: 'held' });
    expect(remote.get('all')).toEqual({ commit: at('2'), run: 'run 1' });
  });

  it('an answer that was lost is not taken for another run', async () => {
    const { remote, session } = await begun();
    await session.claim(['all']);
    remote.fault = (call) => (call === 'write' ? { kind: 'lost' } : undefined);
    session.settle('all', () => ({ commit: at('2') }));
    await session.flush();
    remote.fault = undefined;
    session.release('all', { commit: at('3') });
    await session.flush();
    expect(session.saved('all')).toEqual({ kind: 'held' });
    expect(remote.get('all')?.commit).toBe(at('3'));
  });

  it('a server that refuses one client is told with its words', async () => {
    const { remote, session } = await begun();
    remote.fault = (call) => (call === 'write' ? { kind: 'refused', clients: ['all'] } : undefined);
    session.settle('all', () => ({ commit: at('2') }));
    await session.flush();
    expect(session.hold('all')).toEqual({
      kind: 'failed',
      message: 'the memory does not want it',
      details: ['remote: so it says'],
    });
  });
});
