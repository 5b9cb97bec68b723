/** What a run says of a lane that is behind: since when, and what blocks it, from run to run. */
import { describe, expect, it } from 'vitest';
import { cursorHooks } from '../../../../src/run/lanes/cursor-hooks.ts';
import { CursorSession } from '../../../../src/core/cursor/cursor-session.ts';
import type { Cursor } from '../../../../src/core/cursor/cursor.ts';
import { runLane } from '../../../../src/core/delivery/lane/lane.ts';
import type { Outcome } from '../../../../src/adapters/destinations/webhook/answer.ts';
import { createMemoryRemote } from '../../../support/memory-store.ts';
import { subscriber } from '../../../support/sample-clients.ts';
import { answered, createRun, joining } from '../../../support/sample-delivery.ts';
import { createTestClock } from '../../../support/test-clock.ts';

const LOG = joining('alice', 'bob');
const [FIRST = '', SECOND = ''] = LOG.flat().map(({ id }) => id);
const START: Cursor = { commit: 'a'.repeat(40) };
const NOW = '2026-02-03T04:05:06.000Z';
const BEFORE = '2026-01-31T00:00:00Z';
/** When the commits of the events were made. */
const COMMITTED = '2026-01-05T09:00:00Z';

/** A run of one client from this cursor on: since when it is behind then, and what its new cursor says. */
async function runFrom(before: Cursor, answers: readonly Outcome[], stopped?: 'stopped') {
  const remote = createMemoryRemote();
  remote.put('sample', before);
  const store = remote.open();
  const clock = createTestClock(Date.parse(NOW));
  const session = new CursorSession(store, { run: 'run 1', claimMs: 600_000, clock });
  const stored = (await store.read()).cursors.get('sample');
  if (stored?.kind !== 'cursor') throw new Error('there is no cursor');
  session.take('sample', stored.version, stored.cursor);
  await session.claim(['sample']);
  const sample = createRun(LOG, subscriber(['team.members.added']), { answers, stopped: () => stopped });
  const hooks = cursorHooks(session, new Map([['sample', { plan: sample.plan, cursor: before }]]), {
    to: 'e'.repeat(40),
    clock,
    unlockCommand: () => '',
  });
  const delivery = {
    ...(await runLane(sample.plan, sample.environment, () => undefined)),
    plan: sample.plan,
  };
  hooks.ended(delivery);
  await hooks.finish();
  const { status, since } = hooks.resultOf(delivery);
  return { status, since, blocked: remote.get('sample')?.blocked };
}

const blockedBy = (event: string): Cursor => ({
  ...START,
  blocked: { event, status: 'answered 500', since: BEFORE },
});

describe('a lane is behind', () => {
  it('since it is blocked, which is now', async () => {
    expect(await runFrom(START, [answered(400)])).toMatchObject({
      status: 'blocked',
      since: NOW,
      blocked: { event: FIRST, since: NOW },
    });
  });

  it('since it was blocked first, by the same event', async () => {
    expect(await runFrom(blockedBy(FIRST), [answered(400)])).toMatchObject({
      since: BEFORE,
      blocked: { event: FIRST, status: expect.stringContaining('400'), since: BEFORE },
    });
  });

  it('since now, where another event blocks it than before', async () => {
    expect(await runFrom(blockedBy(FIRST), [answered(200), answered(400)])).toMatchObject({
      since: NOW,
      blocked: { event: SECOND, since: NOW },
    });
  });

  it('since it was blocked, where the run ended before that was tried again', async () => {
    expect(await runFrom(blockedBy(FIRST), [], 'stopped')).toMatchObject({
      status: 'stopped',
      since: BEFORE,
      blocked: { event: FIRST, status: 'answered 500', since: BEFORE },
    });
  });

  it('since its next event was committed, where nothing blocks it', async () => {
    expect(await runFrom(START, [], 'stopped')).toEqual({
      status: 'stopped',
      since: COMMITTED,
      blocked: undefined,
    });
    expect(await runFrom(blockedBy(FIRST), [answered(200), { kind: 'aborted' }])).toEqual({
      status: 'stopped',
      since: COMMITTED,
      blocked: undefined,
    });
  });

  it('no more, where all was accepted', async () => {
    expect(await runFrom(blockedBy(FIRST), [answered(200)])).toEqual({
      status: 'done',
      since: undefined,
      blocked: undefined,
    });
  });
});
