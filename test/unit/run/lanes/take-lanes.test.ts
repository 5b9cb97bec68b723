/** A run sends only to clients that it has claimed, where other runs may be at the same store. */
import { expect, it } from 'vitest';
import type { PendingLane } from '../../../../src/run/lanes/pending.ts';
import { takeLanes } from '../../../../src/run/lanes/take-lanes.ts';
import type { CursorStore } from '../../../../src/core/cursor/cursor-store.ts';
import type { EventType } from '../../../../src/core/events/event-type.ts';
import { createMemoryRemote } from '../../../support/memory-store.ts';
import { subscriber } from '../../../support/sample-clients.ts';
import { joining } from '../../../support/sample-delivery.ts';
import { logOf } from '../../../support/sample-teams.ts';
import { createTestClock } from '../../../support/test-clock.ts';

const NOWHERE = { repo: '.', cursor: undefined, remote: undefined, clients: undefined, policy: undefined };
const LOG = logOf(joining('alice'));

/** A lane over one step in which somebody joins a team. */
function lane(type: EventType): PendingLane {
  const { client } = subscriber([type]);
  const shared = {
    name: client.name,
    contact: undefined,
    client,
    commits: 0,
    older: false,
    problem: undefined,
  };
  const plan = { client: client.name, contact: undefined, log: LOG };
  return { ...shared, plan, beginning: { kind: 'new', start: 'now' } };
}

const COMMANDS = { again: () => 'team-events' };

async function whyItMayNotSend(pending: PendingLane, store: CursorStore): Promise<string | undefined> {
  const state = { kind: 'ready', bound: subscriber(['team.members.added']) } as const;
  const settings = { run: 'a run', claimMs: 60_000, clock: createTestClock() };
  const to = LOG[0]?.to ?? '';
  const { hooks } = await takeLanes(
    { lanes: [pending], to },
    () => state,
    store,
    settings,
    NOWHERE,
    COMMANDS,
  );
  return hooks.stopped(pending.name);
}

it('sends to a client that it has claimed', async () => {
  expect(await whyItMayNotSend(lane('team.members.added'), createMemoryRemote().open())).toBeUndefined();
});

it('leaves a client to the next run that had nothing to get at first, and was not claimed', async () => {
  expect(await whyItMayNotSend(lane('team.deleted'), createMemoryRemote().open())).toBe('stopped');
});

it('sends to it all the same where the store is its own', async () => {
  const store = { ...createMemoryRemote().open(), shared: false };
  expect(await whyItMayNotSend(lane('team.deleted'), store)).toBeUndefined();
});

it('takes more lanes while the first are served: claimed before they may send', async () => {
  const state = { kind: 'ready', bound: subscriber(['team.members.added']) } as const;
  const settings = { run: 'a run', claimMs: 60_000, clock: createTestClock() };
  const to = LOG[0]?.to ?? '';
  const store = createMemoryRemote().open();
  const taken = await takeLanes({ lanes: [], to }, () => state, store, settings, NOWHERE, COMMANDS);
  const late = lane('team.members.added');
  const { lanes } = await taken.takeMore([late]);
  expect(lanes).toEqual([late.plan]);
  expect(taken.hooks.stopped(late.name)).toBeUndefined();
  expect((await store.read()).cursors.get(late.name)).toMatchObject({ cursor: { claim: { run: 'a run' } } });
});

it('where a later claim cannot be written, that lane sends nothing, and no other is held up', async () => {
  const state = { kind: 'ready', bound: subscriber(['team.members.added']) } as const;
  const settings = { run: 'a run', claimMs: 60_000, clock: createTestClock() };
  const store = createMemoryRemote().open();
  const taken = await takeLanes(
    { lanes: [], to: LOG[0]?.to ?? '' },
    () => state,
    store,
    settings,
    NOWHERE,
    COMMANDS,
  );
  store.write = () => Promise.reject(new Error('away'));
  const late = lane('team.members.added');
  await taken.takeMore([late]);
  expect(taken.hooks.stopped(late.name)).toBe('cursor');
});
