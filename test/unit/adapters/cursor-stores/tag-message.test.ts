/** A cursor as the text of a tag object, and back. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beforeFirst, oneLine, type Cursor, type HeldTeam } from '../../../../src/core/cursor/cursor.ts';
import { formatTag, parseTag } from '../../../../src/adapters/cursor-stores/tag-message.ts';
import { controlCharacterIn } from '../../../../src/core/text/unicode.ts';
import { EVENT_TYPES } from '../../../../src/core/events/event-type.ts';

const COMMIT = '8c1f'.repeat(10);
const NEXT = '3ab0'.repeat(10);
const DETAILS = {
  client: 'gitlab-groups',
  tag: 'team-events/gitlab-groups',
  now: Date.UTC(2026, 0, 5, 9),
  nonce: '6f1c'.repeat(8),
};

const FULL: Cursor = {
  commit: COMMIT,
  step: { from: COMMIT, to: NEXT, sequence: '000000001234.000003', sent: ['team.created', 'team.modified'] },
  lastEvent: 'evt_0d5e',
  blocked: { event: 'evt_1e6f', status: 'answered 500', since: '2026-01-05T08:00:00Z' },
  claim: { run: 'https://ci.example.com/runs/7', until: '2026-01-05T09:05:00Z' },
  run: 'https://ci.example.com/runs/7',
};

const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const id = fc.oneof(hex(40), hex(64));
/** What a hook, a server or a CI variable may hold. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        '\n',
        '\r\n',
        '\n\n',
        '\u2028',
        '\u0085',
        '\0',
        '\x1b[31m',
        '\u202e',
        ' ',
        '\ud800',
        'Nonce: 1',
        'Step: a..b',
        '-----BEGIN PGP SIGNATURE-----\n',
        '%0A',
        'é',
      ),
    )
    .map((parts) => parts.join('')),
);
const time = fc
  .date({ min: new Date(0), max: new Date('2999-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const event = hex(32).map((text) => `evt_${text}`);
const digits = (length: number): fc.Arbitrary<string> =>
  fc.nat({ max: 10 ** length - 1 }).map((value) => String(value).padStart(length, '0'));

const sequence = fc.tuple(digits(9), digits(6)).map(([commits, index]) => `000${commits}.${index}`);
/** Ids of teams: anything but control characters. */
const teamId = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc
      .array(fc.constantFrom(' ', '%', '%20', '\u00a0', '..', ', ', 'é', 'a', '\u3000', 'Held: '), {
        minLength: 1,
      })
      .map((parts) => parts.join('')),
  )
  .filter((team) => controlCharacterIn(team) === undefined);
const held: fc.Arbitrary<readonly HeldTeam[]> = fc.uniqueArray(
  fc
    .record(
      {
        team: teamId,
        from: fc.option(id),
        to: id,
        root: fc.constant(true as const),
        sequence,
        sent: fc.subarray([...EVENT_TYPES], { minLength: 1 }),
        replay: fc.constant(true as const),
      },
      { requiredKeys: ['team', 'from', 'to', 'sequence'] },
    )
    .map(({ root, ...one }) => (root && one.from === null ? { ...one, root } : one)),
  { selector: ({ team }) => team, minLength: 1, maxLength: 5 },
);

const cursor: fc.Arbitrary<Cursor> = fc.record(
  {
    commit: id,
    step: fc
      .record(
        {
          from: fc.option(id),
          to: id,
          root: fc.constant(true as const),
          sequence,
          sent: fc.subarray([...EVENT_TYPES]),
          unsent: fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1 }),
          replay: fc.constant(true as const),
        },
        { requiredKeys: ['from', 'to', 'sequence', 'sent'] },
      )
      .map(({ root, ...step }) => (root && step.from === null ? { ...step, root } : step)),
    held,
    lastEvent: event,
    blocked: fc.record({ event, status: hostile, since: time }),
    claim: fc.record({ run: hostile, until: time }),
    run: hostile,
  },
  { requiredKeys: ['commit'] },
);

/** As it comes back: free texts in one line. */
function inLines({ blocked, claim, run, ...rest }: Cursor): Cursor {
  return {
    ...rest,
    ...(blocked && { blocked: { ...blocked, status: oneLine(blocked.status) } }),
    ...(claim && { claim: { ...claim, run: oneLine(claim.run) } }),
    ...(run && oneLine(run) !== '' && { run: oneLine(run) }),
  };
}

const manyHeld = (count: number): HeldTeam[] =>
  Array.from({ length: count }, (_, index) => ({
    team: `t${index}`,
    from: COMMIT,
    to: NEXT,
    sequence: '000000001234.000003',
  }));

describe('the text of a tag', () => {
  it('says what it is to people and to programs', () => {
    expect(formatTag(FULL, DETAILS)).toBe(`object ${COMMIT}
type commit
tag team-events/gitlab-groups
tagger team-events <noreply@team-events.invalid> 1767603600 +0000

gitlab-groups has been sent every event up to this commit, and a part of the next step.

A cursor of team-events, written by its runs. Pending is what comes after it: git log team-events/gitlab-groups..BRANCH
Nothing is sent to this client while the tag is missing. Move it with: team-events cursor set

Step: ${COMMIT}..${NEXT}
Sequence: 000000001234.000003
Sent: team.created, team.modified
Last-Event: evt_0d5e
Blocked: evt_1e6f 2026-01-05T08:00:00Z answered 500
Claim: 2026-01-05T09:05:00Z https://ci.example.com/runs/7
Run: https://ci.example.com/runs/7
Nonce: ${DETAILS.nonce}
`);
  });

  it('gives back the cursor, whatever its texts hold', () => {
    fc.assert(
      fc.property(cursor, (one) => {
        const text = formatTag(one, DETAILS);
        expect(parseTag(text)).toEqual({ kind: 'cursor', cursor: inLines(one) });
        expect(Buffer.from(text).toString()).toBe(text);
      }),
    );
  });

  it('writes a snapshot as a step from the empty tree', () => {
    const snapshot: Cursor = {
      commit: COMMIT,
      step: { from: null, to: COMMIT, sequence: '000000000009.000001', sent: [] },
    };
    const text = formatTag(snapshot, DETAILS);
    expect(text).toContain(`Step: 4b825dc642cb6eb9a060e54bf8d69288fbee4904..${COMMIT}\n`);
    expect(text).toContain('being sent the snapshot of this commit, and has not got all of it yet.\n');
    expect(text).not.toContain('git log');
    expect(parseTag(text)).toEqual({ kind: 'cursor', cursor: snapshot });
  });

  it('marks the first commit’s own step, before it and in the middle of it', () => {
    const before = beforeFirst(COMMIT);
    const within: Cursor = { ...before, step: { ...before.step!, sequence: '000000000001.000001' } };
    for (const [one, words] of [
      [before, 'gitlab-groups has been sent nothing yet. It begins with this commit, the first of all.'],
      [within, 'is being sent the events of this commit, the first of all, and has not got all of it yet.'],
    ] as const) {
      const text = formatTag(one, DETAILS);
      expect(text).toContain(`${words}\n`);
      expect(text).toContain(`Step: 4b825dc642cb6eb9a060e54bf8d69288fbee4904..${COMMIT}\nRoot: true\n`);
      expect(parseTag(text)).toEqual({ kind: 'cursor', cursor: one });
    }
  });

  it('names held teams, each in a line that people can read', () => {
    const one: Cursor = {
      commit: NEXT,
      held: [
        { team: 'payments', from: COMMIT, to: NEXT, sequence: '000000001234.000003', sent: ['team.created'] },
        { team: '100 % ours', from: null, to: COMMIT, root: true, sequence: '000000000000.000000' },
      ],
    };
    const text = formatTag(one, DETAILS);
    expect(text).toContain('up to this commit, but for what 2 held teams wait for.\n');
    expect(text).toContain(
      `\nHeld: payments ${COMMIT}..${NEXT} 000000001234.000003\n` +
        `Held: 100%20%25%20ours 4b825dc642cb6eb9a060e54bf8d69288fbee4904..${COMMIT} 000000000000.000000 root\n` +
        'Held-Sent: payments team.created\n',
    );
    expect(parseTag(text)).toEqual({ kind: 'cursor', cursor: one });
  });

  it.each<[string, Cursor]>([
    ['more held teams than there may be', { commit: COMMIT, held: manyHeld(101) }],
    ['a team that is held twice', { commit: COMMIT, held: [...manyHeld(1), ...manyHeld(1)] }],
    [
      'a team whose id breaks the line',
      { commit: COMMIT, held: [{ ...manyHeld(1)[0]!, team: 'a\nNonce: 1' }] },
    ],
    ['a short commit id', { commit: 'abc' }],
    ['a word that is none', { commit: COMMIT, lastEvent: 'evt 1\nStep: x' }],
    ['a time that is none', { commit: COMMIT, claim: { run: 'r', until: 'tomorrow' } }],
  ])('is not made of %s', (_, broken) => {
    expect(() => formatTag(broken, DETAILS)).toThrow('this is not a cursor');
  });
});

const tagOf = (message: string, type = 'commit'): string =>
  `object ${COMMIT}\ntype ${type}\ntag t\ntagger Ann <ann@example.com> 1767603600 +0100\n\n${message}`;

describe('a tag that somebody made by hand', () => {
  it.each([
    ['without a word', ''],
    ['with a message', 'Go on from here\n'],
    ['with trailers of others', 'Go on from here\n\nSigned-off-by: Ann <ann@example.com>\n'],
    ['that names one of ours on the way', 'Go on from here\n\nStep: by step.\n\nAs agreed.\n'],
    [
      'with a signature',
      'Go on\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAABCAAdFiEE\nRun: x\n-----END PGP SIGNATURE-----\n',
    ],
  ])('%s is a cursor on its commit', (_, message) => {
    expect(parseTag(tagOf(message))).toEqual({ kind: 'cursor', cursor: { commit: COMMIT } });
  });

  it('may hold our trailers, signed or not', () => {
    const signature = '-----BEGIN SSH SIGNATURE-----\n\nU1NIU0lH\n-----END SSH SIGNATURE-----\n';
    const message = `Go on\n\nStep: ${COMMIT}..${NEXT}\nSequence: 000000001234.000003\n`;
    const { step } = FULL;
    const expected = { kind: 'cursor', cursor: { commit: COMMIT, step: { ...step, sent: [] } } };
    expect(parseTag(tagOf(message))).toEqual(expected);
    expect(parseTag(tagOf(message + signature))).toEqual(expected);
  });
});

describe('a corrupt tag', () => {
  it.each([
    ['of a tree', tagOf('', 'tree'), 'a tag of a tree'],
    ['of another tag', tagOf('', 'tag'), 'a tag of a tag'],
    ['that is no tag', 'what?', 'cannot be read'],
    ['with a held team and no step of it', tagOf('x\n\nHeld: a\n'), 'held'],
    [
      'with a held team in no readable id',
      tagOf(`x\n\nHeld: %zz ${COMMIT}..${NEXT} 000000001234.000003\n`),
      'held',
    ],
    [
      'with a mark that is none',
      tagOf(`x\n\nHeld: a ${COMMIT}..${NEXT} 000000001234.000003 later\n`),
      'held',
    ],
    ['with what a team was sent that is not held', tagOf('x\n\nHeld-Sent: a team.created\n'), 'held'],
    [
      'with a team held twice',
      tagOf(`x\n\n${`Held: a ${COMMIT}..${NEXT} 000000001234.000003\n`.repeat(2)}`),
      'each held team once',
    ],
    ['with half a step', tagOf(`x\n\nStep: ${COMMIT}..\nSequence: 000000001234.000003\n`), 'step.to'],
    ['without the sequence', tagOf(`x\n\nStep: ${COMMIT}..${NEXT}\n`), 'step'],
    ['with a sequence and no step', tagOf('x\n\nSequence: 000000001234.000003\n'), 'step'],
    ['with the mark of the first commit and no step', tagOf('x\n\nRoot: true\n'), 'step'],
    [
      'with the mark of the first commit at another step',
      tagOf(`x\n\nStep: ${COMMIT}..${NEXT}\nRoot: true\nSequence: 000000001234.000003\n`),
      'the step of the first commit comes from the empty tree',
    ],
    [
      'with another word for that mark',
      tagOf(`x\n\nStep: ${COMMIT}..${NEXT}\nRoot: false\nSequence: 000000001234.000003\n`),
      'step.root',
    ],
    [
      'with a sequence cut off',
      tagOf(`x\n\nStep: ${COMMIT}..${NEXT}\nSequence: 00000000\n`),
      'step.sequence: expected',
    ],
    [
      'with an unknown event type',
      tagOf(`x\n\nStep: ${COMMIT}..${NEXT}\nSequence: 000000001234.000003\nSent: team.renamed\n`),
      'step.sent[0]',
    ],
    ['blocked since when?', tagOf('x\n\nBlocked: evt_1\n'), 'blocked'],
    ['with a claim for ever', tagOf('x\n\nClaim: ever run\n'), 'claim.until'],
    ['with a trailer of a newer version', tagOf('x\n\nRun: 1\nShard: 2\nNonce: 3\n'), '"Shard: 2"'],
    ['with a line among the trailers', tagOf('x\n\nRun: 1\nand on\n'), '"and on"'],
    ['with a trailer twice', tagOf('x\n\nRun: 1\nRun: 2\n'), 'Run: twice'],
  ])('%s says so', (_, text, words) => {
    const parsed = parseTag(text);
    expect(parsed).toMatchObject({ kind: 'corrupt', message: expect.stringContaining(words) });
  });

  it('is never thrown, whatever the text', () => {
    fc.assert(
      fc.property(hostile, fc.boolean(), (text, asMessage) => {
        expect(['cursor', 'corrupt']).toContain(parseTag(asMessage ? tagOf(text) : text).kind);
      }),
    );
  });
});
