/** One ref that a server refuses stops no other. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pushEach, type OnePush, type RefUpdate } from '../../../../../src/adapters/git/remote/push-each.ts';

const ID = 'a'.repeat(40);
const refOf = (name: string): string => `refs/tags/team-events/${name}`;
const update = (name: string, isNew = false): RefUpdate => ({
  ref: refOf(name),
  expected: isNew ? undefined : ID,
  id: ID,
});
const many = (count: number, isNew = false): RefUpdate[] =>
  Array.from({ length: count }, (_, index) => update(`c${index}`, isNew));

interface Server {
  /** Names that a rule protects. */
  readonly refused: ReadonlySet<string>;
  /** `whole`: a pre-receive hook, which takes all of a push or nothing; `each`: an update hook. */
  readonly kind: 'whole' | 'each';
  /** What it says of a name that it refuses; of the first only where it stops there. */
  readonly says?: (name: string) => string;
  readonly most?: number;
}

const nameOf = ({ ref }: RefUpdate): string => ref.slice(refOf('').length);

/** A server, and the pushes that it got. */
function serve({ refused, kind, says = () => 'No.', most = Infinity }: Server) {
  const pushes: string[][] = [];
  const push = async (updates: readonly RefUpdate[]): Promise<OnePush> => {
    pushes.push(updates.map(nameOf));
    const bad = updates.filter((one) => refused.has(nameOf(one)));
    const tooMany = updates.length > most;
    const no = { reason: kind === 'whole' ? 'pre-receive hook declined' : 'hook declined', byServer: true };
    const all = kind === 'whole' && (bad.length > 0 || tooMany);
    const [first] = bad;
    return {
      report: new Map(updates.map((one) => [one.ref, all || bad.includes(one) ? no : undefined])),
      lines: tooMany
        ? [`Pushes can not update more than ${most} branches or tags.`]
        : kind === 'each'
          ? bad.map((one) => says(nameOf(one)))
          : first
            ? [says(nameOf(first))]
            : [],
    };
  };
  return { push, pushes };
}

const forEver = (): boolean => true;
const refusedIn = (told: Awaited<ReturnType<typeof pushEach>>): string[] =>
  [...told].filter(([, refusal]) => refusal !== undefined).map(([ref]) => ref.slice(refOf('').length));

describe('a push', () => {
  it('is one where the server takes it, and a few where arguments would grow too long', async () => {
    const { push, pushes } = serve({ refused: new Set(), kind: 'whole' });
    await pushEach(many(100), push, forEver);
    expect(pushes.length).toBe(1);
    const long = Array.from({ length: 9900 }, (_, index) => update(`e${index}`.padEnd(63, 'x'), true));
    const told = await pushEach(long, push, forEver);
    expect([told.size, refusedIn(told)]).toEqual([9900, []]);
    const bytes = pushes
      .slice(1)
      .map((names) => names.reduce((sum, name) => sum + 2 * refOf(name).length + 40, 0));
    expect(Math.max(...bytes)).toBeLessThan(110_000);
    expect(bytes.length).toBeLessThan(40);
  });

  it.each([
    ['whole', 1000, 21],
    ['each', 1000, 1],
  ] as const)('that one of many refs spoils (%s) is taken apart in few pushes', async (kind, count, most) => {
    const { push, pushes } = serve({ refused: new Set(['c77']), kind });
    const told = await pushEach(many(count), push, forEver);
    expect(refusedIn(told)).toEqual(['c77']);
    expect(told.get(refOf('c77'))).toMatchObject({ lines: ['No.'], others: 0 });
    expect(pushes.length).toBeLessThanOrEqual(most + 2); // and the portions
  });

  it('is taken apart at once where the server names the ref', async () => {
    const { push, pushes } = serve({
      refused: new Set(['c5', 'c7']),
      kind: 'whole',
      says: (name) => `Tag team-events/${name} is protected`,
    });
    const told = await pushEach(many(100), push, forEver);
    expect(refusedIn(told).sort()).toEqual(['c5', 'c7']);
    expect(told.get(refOf('c7'))?.lines).toEqual(['Tag team-events/c7 is protected']);
    expect(pushes.length).toBeLessThanOrEqual(5);
  });

  it('goes first without the refs that are new: whoever adds clients stops none that are served', async () => {
    const attack = Array.from({ length: 400 }, (_, index) => `evil-${index}`);
    const { push } = serve({ refused: new Set(attack), kind: 'whole' });
    const updates = [...attack.map((name) => update(name, true)), ...many(100)];
    let asked = 0;
    const told = await pushEach(updates, push, () => asked++ < 3);
    expect([...many(100)].every(({ ref }) => told.has(ref) && told.get(ref) === undefined)).toBe(true);
    expect(told.get(refOf('evil-399'))?.others).toBeGreaterThan(0);
  });

  it('is made in portions of what the server takes at a time', async () => {
    const { push, pushes } = serve({ refused: new Set(['c9']), kind: 'whole', most: 5 });
    const told = await pushEach(many(20), push, forEver);
    expect(refusedIn(told)).toEqual(['c9']);
    expect(pushes.slice(1, 5).map((names) => names.length)).toEqual([5, 5, 5, 5]);
  });

  it('of a hook that speaks for each ref gives each its own words', async () => {
    const { push } = serve({
      refused: new Set(['c1', 'c2']),
      kind: 'each',
      says: (name) => `remember: refs/tags/team-events/${name}. is frozen`,
    });
    const told = await pushEach(many(3), push, forEver);
    expect(told.get(refOf('c1'))?.lines).toEqual(['remember: refs/tags/team-events/c1. is frozen']);
    expect(told.get(refOf('c2'))?.lines).toEqual(['remember: refs/tags/team-events/c2. is frozen']);
  });

  it('that tells of no ref is the last', async () => {
    let pushes = 0;
    const told = await pushEach(
      Array.from({ length: 1000 }, (_, index) => update(`e${index}`.padEnd(63, 'x'))),
      async (updates) => {
        if (++pushes > 1) return { report: new Map(), lines: [] };
        return { report: new Map(updates.map(({ ref }) => [ref, undefined])), lines: [] };
      },
      forEver,
    );
    expect(pushes).toBe(2);
    expect(told.size).toBeLessThan(1000);
  });

  it('of which git itself holds back a ref is not refused for its sake', async () => {
    const pushes: number[] = [];
    const told = await pushEach(
      many(3),
      async (updates) => {
        pushes.push(updates.length);
        return {
          report: new Map(
            updates.map((one) => [
              one.ref,
              nameOf(one) === 'c0' ? { reason: 'stale info', byServer: false } : undefined,
            ]),
          ),
          lines: [],
        };
      },
      forEver,
    );
    expect([pushes, refusedIn(told)]).toEqual([[3], ['c0']]);
  });
});

it('whatever is refused, for one or for all: each ref is told what is true of it, in a bounded number of pushes', async () => {
  const cases = fc.record({
    count: fc.integer({ min: 1, max: 60 }),
    bad: fc.array(fc.nat(59), { maxLength: 12 }),
    isNew: fc.boolean(),
    kind: fc.constantFrom('whole' as const, 'each' as const),
    names: fc.boolean(),
    most: fc.constantFrom(Infinity, 1, 2, 7),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ count, bad, isNew, kind, names, most }) => {
      const refused = new Set(bad.filter((index) => index < count).map((index) => `c${index}`));
      const says = names ? (name: string) => `refs/tags/team-events/${name}: no` : () => 'no';
      const { push, pushes } = serve({ refused, kind, says, ...(kind === 'whole' && { most }) });
      const told = await pushEach(many(count, isNew), push, forEver);
      expect(told.size).toBe(count);
      expect(new Set(refusedIn(told))).toEqual(refused);
      for (const refusal of told.values()) expect(refusal?.others ?? 0).toBe(0);
      const portions = most === Infinity ? 1 : Math.ceil(count / most) + 1;
      expect(pushes.length).toBeLessThanOrEqual(
        portions + 2 * refused.size * (1 + Math.ceil(Math.log2(count + 1))),
      );
    }),
    { numRuns: 300 },
  );
});
