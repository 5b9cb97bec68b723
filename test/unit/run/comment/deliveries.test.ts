/** What a run has delivered of a commit, and what earlier runs have. */
import { describe, expect, it } from 'vitest';
import type { Repository } from '../../../../src/adapters/git/clone/repository.ts';
import type { RunContext } from '../../../../src/adapters/process/run-context.ts';
import type { LaneShare } from '../../../../src/core/delivery/recipients.ts';
import type { LogStep } from '../../../../src/core/events/log-step.ts';
import type { LoggedEvent } from '../../../../src/core/events/team-event.ts';
import type { RunResult } from '../../../../src/reporters/run/run-reporter.ts';
import { MAX_CHARACTERS } from '../../../../src/reporters/formats/markdown.ts';
import { commentOnDelivered } from '../../../../src/run/comment/comment-on-delivered.ts';
import { deliveredText } from '../../../../src/run/comment/delivered-text.ts';
import { commitsTold, deliveriesOf } from '../../../../src/run/comment/deliveries.ts';
import { markerLine, readMarker, type Marker } from '../../../../src/run/comment/marker.ts';

/** The commits of the events 1 to 9. */
const COMMITS = 'bbcdabbxx';
const EVENTS = new Map(
  Array.from(COMMITS, (commit, index) => [`${index + 1}`, { id: `${index + 1}`, commit } as LoggedEvent]),
);
const eventsOf = (ids: readonly string[]): LoggedEvent[] => ids.flatMap((id) => EVENTS.get(id) ?? []);

const step = (to: string, from: string | null, ...ids: string[]): LogStep => ({
  from,
  to,
  reachable: 1,
  before: { teams: 0, memberships: 0 },
  events: eventsOf(ids),
});

const share = (
  client: string,
  accepted: readonly string[],
  left: readonly string[],
  status: LaneShare['status'] = left.length > 0 ? 'blocked' : 'done',
): LaneShare => ({ client, accepted: eventsOf(accepted), left: eventsOf(left), status });

const resultOf = (log: readonly LogStep[], ...shares: LaneShare[]): RunResult =>
  ({ log, shares }) as unknown as RunResult;

const shown = (result: RunResult): unknown =>
  [...commitsTold(result)].map(([commit, events]) => [commit, events.map(({ id }) => id)]);

describe('the commits', () => {
  it('are those of which an event was sent or waits, newest first', () => {
    const log = [step('b', 'a', '1', '2'), step('c', 'b', '3'), step('d', 'c', '4')];
    expect(shown(resultOf(log, share('x', ['1'], []), share('y', [], ['4'])))).toEqual([
      ['d', ['4']],
      ['b', ['1']],
    ]);
  });

  it('are not what another run sends, and not a whole catalogue, but the first commit', () => {
    const log = [{ ...step('a', null, '5'), root: true as const }, step('b', 'a', '6'), step('b', null, '7')];
    const shares = [
      share('x', ['5', '7'], []),
      share('y', [], ['6'], 'claimed'),
      share('z', ['6'], [], 'lost'),
    ];
    expect(shown(resultOf(log, ...shares))).toEqual([['a', ['5']]]);
  });

  it('are not looked for without --comment, as that takes long where a million events wait', async () => {
    const result = {
      get log(): never {
        throw new Error('looked at');
      },
    } as unknown as RunResult;
    const told = commentOnDelivered({} as Repository, { policy: undefined, allowHost: [] }, {} as RunContext);
    await expect(told(result)).resolves.toBeUndefined();
  });
});

describe('the deliveries', () => {
  const events = new Set(eventsOf(['1', '2', '3']));
  const told = (result: RunResult, known = {}): unknown =>
    Object.fromEntries(deliveriesOf(result, events, known));

  it('count what belongs to the merge request, for clients that get any of it', () => {
    const result = resultOf(
      [],
      share('x', ['1', '9'], ['2', '8']),
      share('y', ['9'], []),
      share('z', ['1'], []),
    );
    expect(told(result)).toEqual({
      x: { due: 2, left: 1, status: 'blocked' },
      z: { due: 1, left: 0, status: 'done' },
    });
  });

  it('go on from earlier runs, also in the middle of a step, and keep what only those know', () => {
    const known = {
      x: { due: 3, left: 2, status: 'blocked' },
      y: { due: 1, left: 0, status: 'done' },
    };
    expect(told(resultOf([], share('x', ['2'], ['3'])), known)).toEqual({
      x: { due: 3, left: 1, status: 'blocked' },
      y: { due: 1, left: 0, status: 'done' },
    });
    expect(told(resultOf([], share('x', ['3'], [])), known)).toMatchObject({
      x: { due: 3, left: 0, status: 'done' },
    });
  });
});

it('the note and its marker have room in a comment, however many clients are behind', () => {
  const names = Array.from({ length: 2000 }, (_, index) => `client-${index}`.padEnd(63, 'x'));
  const result = resultOf([], ...names.map((name) => share(name, [], ['1'])));
  const deliveries = deliveriesOf(result, new Set(eventsOf(['1'])));
  const clients = names.map((client) => ({ client, problem: { message: 'y'.repeat(5000) } }));
  const many = { ...result, report: { clients } } as unknown as RunResult;
  const text = deliveredText(deliveries, many, ['c'], undefined);
  const marker: Marker = { kind: 'run', commit: 'c'.repeat(40), clients: Object.fromEntries(deliveries) };
  const body = `${markerLine(marker)}\n${text}`;
  expect(body.length).toBeLessThanOrEqual(MAX_CHARACTERS);
  expect(deliveries.size).toBeGreaterThan(150);
  expect(readMarker(body)).toEqual(marker);
  expect(text).toMatch(/… and \d+ more clients\.[^]*… and \d+ more lines/);
});
