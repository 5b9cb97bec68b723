/** Where a lane begins, by what the store says of its client. */
import { describe, expect, it } from 'vitest';
import { beginningOf } from '../../../../src/core/cursor/beginning.ts';
import type { StoredCursors } from '../../../../src/core/cursor/cursor-store.ts';
import type { Cursor } from '../../../../src/core/cursor/cursor.ts';

const NOW = Date.UTC(2026, 0, 5, 9);
const cursor: Cursor = { commit: 'a'.repeat(40) };
const claimed = (untilMs: number): Cursor => ({
  ...cursor,
  claim: { run: 'run 7', until: new Date(untilMs).toISOString() },
});

function stored(all: Readonly<Record<string, Cursor | 'corrupt' | 'gone'>>): StoredCursors {
  const there = Object.entries(all).filter(([, one]) => one !== 'gone');
  return {
    cursors: new Map(
      there.map(([name, one]) => [
        name,
        one === 'corrupt'
          ? { kind: 'corrupt' as const, message: 'no commit', version: 'v' }
          : { kind: 'cursor' as const, cursor: one as Cursor, version: 'v' },
      ]),
    ),
    known: new Set(Object.keys(all)),
    empty: Object.keys(all).length === 0,
    others: [],
    branch: undefined,
  };
}

const of = (all: Parameters<typeof stored>[0], formerly?: string) =>
  beginningOf({ name: 'me', formerly, start: 'snapshot' }, stored(all), NOW);

describe('a client', () => {
  it.each([
    ['goes on from its cursor', of({ me: cursor }), { kind: 'cursor', cursor, version: 'v' }],
    ['begins where it is new', of({ other: cursor }), { kind: 'new', start: 'snapshot' }],
    ['never begins again where its cursor is gone', of({ me: 'gone' }), { kind: 'unusable' }],
    ['nor where it is corrupt', of({ me: 'corrupt' }), { kind: 'unusable' }],
    ['is left to the run that claims it', of({ me: claimed(NOW + 1) }), { kind: 'claimed', run: 'run 7' }],
    ['is served again once the claim has lapsed', of({ me: claimed(NOW) }), { kind: 'cursor' }],
    ['is left to a run whose claims are longer', of({ me: claimed(NOW + 599_999) }), { kind: 'claimed' }],
    [
      'is served where a clock that is years ahead has claimed it',
      of({ me: claimed(NOW + 1e12) }),
      { kind: 'cursor' },
    ],
    ['or a hand, until the end of time', of({ me: claimed(8.64e15) }), { kind: 'cursor' }],
    ['takes over from its former name', of({ before: cursor }, 'before'), { kind: 'renamed', cursor }],
    ['does so once', of({ me: cursor, before: claimed(NOW + 1) }, 'before'), { kind: 'cursor' }],
    ['not while that is claimed', of({ before: claimed(NOW + 1) }, 'before'), { kind: 'claimed' }],
    ['not where that is gone', of({ before: 'gone' }, 'before'), { kind: 'unusable' }],
    ['begins where its former name never did', of({ other: cursor }, 'before'), { kind: 'new' }],
  ])('%s', (_, beginning, expected) => {
    expect(beginning).toMatchObject(expected);
  });
});
