/** What `status --check` ends with: the gravest of what a run would meet. */
import { describe, expect, it } from 'vitest';
import {
  exitCodeOfStatus,
  type ClientStatus,
  type StatusReport,
} from '../../../../src/commands/status/status-report.ts';
import type { LaneState } from '../../../../src/core/delivery/lane/lane-status.ts';

const NOW = Date.UTC(2026, 0, 5, 9);
const client = (state: LaneState, more: Partial<ClientStatus> = {}): ClientStatus => ({
  client: state,
  contact: null,
  state,
  cursor: null,
  start: null,
  pending: { events: state === 'current' ? 0 : 2, commits: 1 },
  since: '2026-01-05T08:00:00Z',
  skipped: 0,
  blocked: null,
  held: [],
  guard: null,
  claim: null,
  paused: false,
  problems: [],
  events: null,
  ...more,
});
const code = (clients: readonly ClientStatus[], lateAfterMs?: number, more: Partial<StatusReport> = {}) =>
  exitCodeOfStatus(
    {
      version: 1,
      store: 'tag:x',
      to: { id: 'a', title: null, time: null },
      branch: null,
      isNewest: null,
      empty: false,
      clients,
      left: [],
      broken: [],
      others: [],
      ...more,
    },
    lateAfterMs,
    NOW,
  );

describe('the exit code of status', () => {
  it.each<[LaneState, number]>([
    ['current', 0],
    ['paused', 0],
    ['behind', 3],
    ['blocked', 3],
    ['held', 3],
    ['new', 3],
    ['claimed', 3],
    ['history', 6],
    ['unusable', 8],
    ['misconfigured', 2],
  ])('of one client that is %s is %i', (state, expected) => {
    expect(code([client('current'), client(state)])).toBe(expected);
  });

  it('is that of the gravest', () => {
    expect(code([client('behind'), client('history'), client('unusable')])).toBe(8);
    expect(code([client('history'), client('behind')])).toBe(6);
  });

  it.each(['new', 'claimed'] as const)('is 0 where a client that is %s has nothing pending', (state) => {
    expect(code([client(state, { pending: { events: 0, commits: 0 }, since: null })])).toBe(0);
  });

  it('counts who is behind only from --late-after on', () => {
    const hour = 3_600_000;
    expect(code([client('behind')], hour)).toBe(3);
    expect(code([client('behind')], hour + 1)).toBe(0);
    expect(code([client('behind', { since: null })], hour + 1)).toBe(3);
    expect(code([client('history')], hour + 1)).toBe(6);
  });

  it('is 8 of an empty store, and 6 where a run would publish what is not on the branch', () => {
    expect(code([], undefined, { empty: true })).toBe(8);
    const branch = { name: 'main', remote: 'origin', tip: null };
    expect(code([], undefined, { branch })).toBe(6);
    expect(code([], undefined, { branch: { ...branch, tip: 'b' }, isNewest: false })).toBe(0);
  });
});
