/** The judge is judged: each kind of broken log has to be found out. */
import { describe, expect, it } from 'vitest';
import { check, type Arrival, type ExpectedLane, type Fault } from '../../torture/checker.ts';

const IDS = ['e1', 'e2', 'e3', 'e4'];
const LANE: ExpectedLane = {
  client: 'one',
  events: IDS.map((id) => ({ id, body: `body of ${id}`, due: 'yes' })),
};

/** A log of these ids, each accepted and in turn; `id!` is one that was cut off, `id?` one that was refused for now. */
function log(...words: readonly string[]): Arrival[] {
  return words.map((word, at) => {
    const id = word.replace(/[!?]$/, '');
    const answer = word.endsWith('!') ? 'cut' : word.endsWith('?') ? 503 : 204;
    return { client: 'one', path: '/', id, body: `body of ${id}`, at, answer };
  });
}

const wrongIn = (
  arrivals: readonly Arrival[],
  faults: readonly Fault[] = [],
  lane = LANE,
): readonly string[] => check([lane], arrivals, faults).wrong;

const killedAt = (at: number): Fault => ({ what: 'kill', from: at, until: at });

describe('the checker', () => {
  it('takes a log in which all went well', () => {
    expect(check([LANE], log('e1', 'e2', 'e3', 'e4'), [])).toEqual({
      wrong: [],
      due: 4,
      arrivals: 4,
      repeated: 0,
    });
  });

  it('takes attempts that failed, and came again until they were accepted', () => {
    expect(wrongIn(log('e1', 'e2?', 'e2!', 'e2', 'e3', 'e4'))).toEqual([]);
  });

  it.each([
    ['in the middle', ['e1', 'e2', 'e4']],
    ['at the end', ['e1', 'e2', 'e3']],
    ['that was never accepted', ['e1', 'e2', 'e3?', 'e4']],
  ])('finds an event that is lost %s', (_, words) => {
    expect(wrongIn(log(...words)).join()).toMatch(/e[34] is lost/);
  });

  it.each([
    ['two events that were swapped', ['e1', 'e3', 'e2', 'e4']],
    ['an attempt before the last event was accepted', ['e1', 'e2?', 'e3', 'e2', 'e4']],
    ['an attempt that failed, ahead of its turn', ['e2!', 'e1', 'e2', 'e3', 'e4']],
  ])('finds %s', (_, words) => {
    expect(wrongIn(log(...words)).join()).toMatch(/came at \d, before e\d was accepted/);
  });

  it('finds order broken over two endpoints of a client', () => {
    const arrivals = log('e1', 'e2', 'e3', 'e4').map((one) => ({ ...one, path: `/${one.id}` }));
    expect(wrongIn(arrivals)).toEqual([]);
    const [e1, e2, e3, e4] = arrivals.map((one, index, all) => ({ ...one, at: all.length - index }));
    expect(wrongIn([e1, e2, e3, e4].flatMap((one) => one ?? []))).toHaveLength(3);
  });

  it('finds a changed byte, also in a repeated request', () => {
    const arrivals = log('e1', 'e2!', 'e2', 'e3', 'e4');
    const changed = arrivals.map((one, index) => (index === 1 ? { ...one, body: 'body of e3' } : one));
    expect(wrongIn(changed)).toEqual(['one: got e2 at 1 with other bytes']);
  });

  it('finds a repeated event that nothing explains', () => {
    expect(wrongIn(log('e1', 'e2', 'e2', 'e3', 'e4')).join()).toMatch(
      /e2 was accepted at 1 and came again at 2/,
    );
  });

  it('takes a repeated event only after a fault since it was accepted, of that client', () => {
    const arrivals = log('e1', 'e2', 'e1', 'e2', 'e3', 'e4');
    expect(wrongIn(arrivals, [killedAt(1)])).toEqual([]);
    expect(check([LANE], arrivals, [killedAt(1)]).repeated).toBe(2);
    expect(wrongIn(arrivals, [{ ...killedAt(1), client: 'one' }])).toEqual([]);
    expect(wrongIn(arrivals, [{ ...killedAt(1), client: 'two' }])).toHaveLength(2);
    expect(wrongIn(arrivals, [killedAt(5)])).toHaveLength(2);
    expect(wrongIn(arrivals, [killedAt(0)])).toHaveLength(1);
  });

  it('finds what was not due, what is of no log, and what went to nobody it knows', () => {
    const lane = {
      ...LANE,
      events: LANE.events.map((one) => (one.id === 'e2' ? { ...one, due: 'no' as const } : one)),
    };
    expect(wrongIn(log('e1', 'e3', 'e4'), [], lane)).toEqual([]);
    expect(wrongIn(log('e1', 'e2', 'e3', 'e4'), [], lane)).toEqual(['one: got e2 at 1, which was not due']);
    expect(wrongIn(log('e1', 'e2', 'e3', 'e4', 'e5')).join()).toContain('which its log does not have');
    expect(wrongIn(log('e1').map((one) => ({ ...one, client: 'two' }))).join()).toContain('is no client');
  });

  it('takes an event that may have been due as well as not, but in its place', () => {
    const lane = {
      ...LANE,
      events: LANE.events.map((one) => (one.id === 'e2' ? { ...one, due: 'free' as const } : one)),
    };
    expect(wrongIn(log('e1', 'e2', 'e3', 'e4'), [], lane)).toEqual([]);
    expect(wrongIn(log('e1', 'e3', 'e4'), [], lane)).toEqual([]);
    expect(wrongIn(log('e1', 'e2?', 'e3', 'e4'), [], lane)).toEqual([]);
    expect(wrongIn(log('e1', 'e3', 'e2', 'e4'), [], lane)).toHaveLength(1);
    // A run passed it over and died; for the next, which forgot, it is subscribed to.
    const passable = { ...lane, events: lane.events.map((one) => ({ ...one, passableAt: 0 })) };
    expect(wrongIn(log('e1', 'e3', 'e2', 'e3', 'e4'), [killedAt(2)], passable)).toEqual([]);
    expect(wrongIn(log('e1', 'e3', 'e2', 'e4'), [], passable)).toHaveLength(1);
    expect(wrongIn(log('e1', 'e3?', 'e2', 'e3', 'e4'), [], passable)).toEqual([]);
  });
});
