import { describe, expect, it } from 'vitest';
import {
  createOrderCheck,
  type ArrivedRequest,
  type OrderCheck,
} from '../../../../src/commands/listen/order-check.ts';
import { arrival } from '../../../support/sample-arrival.ts';

const FIRST: OrderCheck = { verdict: 'first' };
const IN_ORDER: OrderCheck = { verdict: 'in order' };
const RETRY: OrderCheck = { verdict: 'retry', sameBytes: true };
const AGAIN: OrderCheck = { verdict: 'again', sameBytes: true };
const REPLAY: OrderCheck = { verdict: 'replay', sameBytes: true };
const gap = (missing: number): OrderCheck => ({ verdict: 'gap', missing: `evt_${missing}` });
const late = (later: number): OrderCheck => ({ verdict: 'out of order', overtakenBy: `evt_${later}` });
const firstAfter = (after: number): OrderCheck => ({ verdict: 'first', after: `evt_${after}` });

/** Of requests with one event each. */
function createCheck(
  ...settings: Parameters<typeof createOrderCheck>
): (request: ArrivedRequest) => OrderCheck {
  const check = createOrderCheck(...settings);
  return (request) => check(request)[0];
}

const refused = { status: 503 };
const elsewhere = { path: '/members' };
const other = { body: '{"sequence":"000000000001","more":1}' };
const unnumbered = { body: 'no event' };

describe('the order of what arrives', () => {
  it.each<[string, [ArrivedRequest, OrderCheck][]]>([
    [
      'a lane from its beginning',
      [
        [arrival(1), FIRST],
        [arrival(2), IN_ORDER],
        [arrival(3), IN_ORDER],
      ],
    ],
    [
      'a lane from its middle',
      [
        [arrival(5), firstAfter(4)],
        [arrival(6), IN_ORDER],
      ],
    ],
    [
      'a lane over two paths',
      [
        [arrival(1), FIRST],
        [arrival(2, elsewhere), IN_ORDER],
        [arrival(3), IN_ORDER],
      ],
    ],
    [
      'a lane that passes over events that its client does not want',
      [
        [arrival(1), FIRST],
        [arrival(4, { previous: 1 }), IN_ORDER],
      ],
    ],
    [
      'a run that does not know of the one before',
      [
        [arrival(1), FIRST],
        [arrival(2, { previous: null }), FIRST],
        [arrival(3), IN_ORDER],
      ],
    ],
    [
      'a retry, which is no duplicate',
      [
        [arrival(1, refused), FIRST],
        [arrival(1, refused), RETRY],
        [arrival(1), RETRY],
        [arrival(2), IN_ORDER],
      ],
    ],
    [
      'a duplicate',
      [
        [arrival(1), FIRST],
        [arrival(1), AGAIN],
        [arrival(2), IN_ORDER],
      ],
    ],
    [
      'a duplicate that is refused now',
      [
        [arrival(1), FIRST],
        [arrival(1, refused), AGAIN],
        [arrival(1), AGAIN],
      ],
    ],
    [
      'a range that is run again',
      [
        [arrival(1), FIRST],
        [arrival(2), IN_ORDER],
        [arrival(1), AGAIN],
        [arrival(2), AGAIN],
        [arrival(3), IN_ORDER],
      ],
    ],
    [
      'other bytes under an id, always held against the first ones',
      [
        [arrival(1, refused), FIRST],
        [arrival(1, { ...other, ...refused }), { verdict: 'retry', sameBytes: false }],
        [arrival(1), RETRY],
        [arrival(1, other), { verdict: 'again', sameBytes: false }],
        [arrival(1, { ...other, replay: true }), { verdict: 'replay', sameBytes: false }],
        [arrival(1), AGAIN],
      ],
    ],
    [
      'the net change over rewritten history, whose sequence is lower',
      [
        [arrival(4), firstAfter(3)],
        [
          arrival(5, { previous: 4, body: '{"sequence":"000000000002","data":{"rewritten":true}}' }),
          IN_ORDER,
        ],
        [arrival(6, { previous: 5, body: '{"sequence":"000000000003"}' }), IN_ORDER],
        [
          arrival(7, { previous: 6, body: '{"sequence":"000000000001"}' }),
          { verdict: 'out of order', overtakenBy: 'evt_6' },
        ],
      ],
    ],
    [
      'a gap, told once',
      [
        [arrival(1), FIRST],
        [arrival(3), gap(2)],
        [arrival(4), IN_ORDER],
      ],
    ],
    [
      'a gap before an event that is retried, told once',
      [
        [arrival(1), FIRST],
        [arrival(3, refused), gap(2)],
        [arrival(3), RETRY],
        [arrival(4), IN_ORDER],
      ],
    ],
    [
      'an event that was refused and never retried',
      [
        [arrival(1), FIRST],
        [arrival(2, refused), IN_ORDER],
        [arrival(3), gap(2)],
      ],
    ],
    [
      'an event that comes after the one that names it',
      [
        [arrival(1), FIRST],
        [arrival(3), gap(2)],
        [arrival(2, elsewhere), late(3)],
        [arrival(4), IN_ORDER],
      ],
    ],
    [
      'a retry that was overtaken',
      [
        [arrival(1), FIRST],
        [arrival(2, refused), IN_ORDER],
        [arrival(3), gap(2)],
        [arrival(2), late(3)],
      ],
    ],
    [
      'a missing event that comes before the one that names it was accepted',
      [
        [arrival(1), FIRST],
        [arrival(3, refused), gap(2)],
        [arrival(2), IN_ORDER],
        [arrival(3), RETRY],
      ],
    ],
    [
      'the first two the wrong way round',
      [
        [arrival(2, elsewhere), firstAfter(1)],
        [arrival(1), late(2)],
      ],
    ],
    [
      'an older range after a newer one',
      [
        [arrival(8, { previous: null }), FIRST],
        [arrival(1), late(8)],
        [arrival(2), late(8)],
        [arrival(9), IN_ORDER],
      ],
    ],
    [
      'events of another source, whose sequence is its own',
      [
        [arrival(5, { previous: null }), FIRST],
        [arrival(2, { previous: null, body: '{"sequence":"000000000002","source":"urn:other"}' }), FIRST],
        [arrival(6), IN_ORDER],
      ],
    ],
    [
      'another event of the same sequence',
      [
        [arrival(1), FIRST],
        [arrival(2, { previous: 1, body: '{"sequence":"000000000001"}' }), late(1)],
      ],
    ],
    [
      'bodies that show no sequence: the event before has to do',
      [
        [arrival(1, unnumbered), FIRST],
        [arrival(2, unnumbered), IN_ORDER],
        [arrival(4, unnumbered), gap(3)],
        [arrival(3, unnumbered), late(4)],
      ],
    ],
    [
      'replays among ordinary events',
      [
        [arrival(7, { replay: true }), REPLAY],
        [arrival(5), firstAfter(4)],
        [arrival(1, { replay: true, status: 503 }), REPLAY],
        [arrival(1, { replay: true }), REPLAY],
        [arrival(3, { replay: true }), REPLAY],
        [arrival(6, { replay: true, status: 503 }), REPLAY],
        [arrival(6), IN_ORDER],
        [arrival(7), AGAIN],
      ],
    ],
    [
      'a gap that a replay has closed',
      [
        [arrival(1), FIRST],
        [arrival(3), gap(2)],
        [arrival(2, { replay: true }), REPLAY],
        [arrival(2), AGAIN],
        [arrival(2, elsewhere), IN_ORDER],
      ],
    ],
    [
      'a client with the same events at a path of its own',
      [
        [arrival(1), FIRST],
        [arrival(1, elsewhere), FIRST],
        [arrival(2, elsewhere), IN_ORDER],
        [arrival(2), IN_ORDER],
      ],
    ],
    [
      'a request of something else',
      [
        [{ ...arrival(1), headers: {} }, { verdict: 'unchecked' }],
        [arrival(1), FIRST],
      ],
    ],
    [
      'a list without any event, which says nothing of the order',
      [
        [arrival(1), FIRST],
        [{ ...arrival(2), body: '[]' }, { verdict: 'empty' }],
        [arrival(2), IN_ORDER],
        [{ ...arrival(3), headers: {}, body: '[]' }, { verdict: 'unchecked' }],
      ],
    ],
  ])('%s', (_, arrivals) => {
    const check = createCheck();
    expect(arrivals.map(([request]) => check(request))).toEqual(arrivals.map(([, verdict]) => verdict));
  });

  it('remembers a bounded number of events and paths, the newest', () => {
    const check = createCheck('all', 3);
    for (let event = 1; event <= 4; event++) check(arrival(event));
    expect(check(arrival(2))).toEqual(AGAIN);
    expect(check(arrival(1))).toEqual(late(4)); // forgotten, but not how far the lane is
    for (const path of ['/a', '/b']) check(arrival(4, { path }));
    expect(check(arrival(5))).toEqual(IN_ORDER);
    check(arrival(5, { path: '/c' }));
    expect(check(arrival(4, { path: '/', previous: null }))).toEqual(late(5));
  });
});

describe('of each team', () => {
  const of = (team: string, sequence: number, previous?: number): ArrivedRequest => ({
    ...arrival(sequence, { previous: previous ?? null }),
    body: JSON.stringify({ subject: team, sequence: String(sequence).padStart(12, '0') }),
  });

  it('is judged alone, and a gap or a late event is one of its team', () => {
    const check = createCheck('team');
    expect(check(of('b', 7)).verdict).toBe('first');
    expect(check(of('a', 3)).verdict).toBe('first');
    expect(check(of('a', 5, 3))).toEqual(IN_ORDER);
    expect(check(of('c', 9, 2))).toEqual(firstAfter(2));
    expect(check(of('b', 12, 10))).toEqual(gap(10));
    expect(check(of('b', 10, 7))).toEqual(late(12));
    expect(check(of('a', 4, 3))).toEqual(late(5));
  });
});

describe('a batch', () => {
  const batch = (
    first: number,
    last: number,
    team: (event: number) => string = () => 'a',
    more = {},
  ): ArrivedRequest => ({
    ...arrival(last, { previous: first - 1, ...more }),
    body: JSON.stringify(
      Array.from({ length: last - first + 1 }, (_, index) => ({
        id: `evt_${first + index}`,
        subject: team(first + index),
        sequence: String(first + index).padStart(12, '0'),
      })),
    ),
  });

  it.each<[string, readonly (readonly [ArrivedRequest, readonly OrderCheck[]])[]]>([
    [
      'follows what was before it, and is followed',
      [
        [batch(1, 3, () => 'a', { previous: null }), [FIRST, IN_ORDER, IN_ORDER]],
        [batch(4, 5), [IN_ORDER, IN_ORDER]],
        [arrival(6), [IN_ORDER]],
      ],
    ],
    [
      'that comes again',
      [
        [batch(1, 2, () => 'a', { previous: null }), [FIRST, IN_ORDER]],
        [batch(1, 2, () => 'a', { previous: null }), [AGAIN, AGAIN]],
      ],
    ],
    [
      'that is refused, and then comes in parts',
      [
        [batch(1, 2, () => 'a', { ...refused, previous: null }), [FIRST, IN_ORDER]],
        [batch(1, 1, () => 'a', { previous: null }), [RETRY]],
        [batch(2, 2), [RETRY]],
      ],
    ],
    [
      'after one that is missing',
      [
        [batch(1, 2, () => 'a', { previous: null }), [FIRST, IN_ORDER]],
        [batch(4, 5), [gap(3), IN_ORDER]],
      ],
    ],
    [
      'that was overtaken',
      [
        [arrival(1), [FIRST]],
        [batch(4, 5, () => 'a', { previous: 3 }), [gap(3), IN_ORDER]],
        [batch(2, 3), [late(5), late(4)]],
      ],
    ],
  ])('%s', (_, arrivals) => {
    const check = createOrderCheck();
    expect(arrivals.map(([request]) => check(request))).toEqual(arrivals.map(([, verdicts]) => verdicts));
  });

  it('of several teams is judged by each of them', () => {
    const check = createOrderCheck('team');
    const team = (event: number): string => (event % 2 === 0 ? 'even' : 'odd');
    expect(check(batch(1, 4, team, { previous: null }))).toEqual([FIRST, FIRST, IN_ORDER, IN_ORDER]);
    expect(check(batch(7, 8, team, { previous: 3 }))).toEqual([IN_ORDER, FIRST]);
    expect(check(batch(5, 6, team, { previous: 3 }))).toEqual([late(7), late(8)]);
  });
});
