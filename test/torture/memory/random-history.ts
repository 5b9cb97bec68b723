/** A line of commits with random catalogues, and the log of each step. */
import { createHash } from 'node:crypto';
import type { TeamEntry } from '../../../src/core/catalogue/team.ts';
import type { LogStep } from '../../../src/core/events/log-step.ts';
import { eventsBetween, logOf, sampleStep, team, teams } from '../../support/sample-teams.ts';
import type { History } from '../due.ts';
import type { Random } from '../random.ts';

type Teams = ReadonlyMap<string, TeamEntry>;

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const MEMBERS = ['alice', 'bob', 'carol', 'dave'];

interface Sketch {
  readonly members: readonly string[];
  readonly name: string;
  readonly previously: readonly string[];
}

/** With `rewritten` commits of a second line, which takes the place of the first from any of its commits on, or of all of it. */
export function randomHistory(random: Random, length: number, rewritten = 0): History {
  const sketches: Map<string, Sketch>[] = [];
  const fork = rewritten > 0 ? random.int(-1, length - 1) : length - 1;
  /** The commit before; -1 before the first. */
  const parentOf = (index: number): number => (index === length ? fork : index - 1);
  for (let commit = 0; commit < length + rewritten; commit++) {
    sketches.push(changed(sketches[parentOf(commit)] ?? new Map(), random));
  }
  const catalogues = sketches.map(drawn);
  const commits = catalogues.map((_, index) => createHash('sha1').update(`commit ${index}`).digest('hex'));
  const at = (index: number): Teams => catalogues[index] ?? new Map();
  const stepOf = (
    from: number,
    to: number,
    kind: 'consecutive' | 'snapshot' | 'rewritten',
  ): readonly LogStep[] => {
    const step = sampleStep({
      from: commits[from] ?? null,
      commit: { id: commits[to] ?? '' },
      reachable: to < length ? to + 1 : fork + 2 + (to - length),
      consecutive: kind === 'consecutive',
      rewritten: kind === 'rewritten',
    });
    const steps = logOf([eventsBetween(at(from), at(to), step)], [at(from)]);
    return from < 0 && kind === 'consecutive' ? steps.map((one) => ({ ...one, root: true })) : steps;
  };
  const steps = commits.map((_, index) => stepOf(parentOf(index), index, 'consecutive'));
  const remembered = new Map<string, readonly LogStep[]>();
  const once = (from: number, to: number, kind: 'snapshot' | 'rewritten'): readonly LogStep[] => {
    const known = remembered.get(`${from} ${to}`) ?? stepOf(from, to, kind);
    remembered.set(`${from} ${to}`, known);
    return known;
  };
  return {
    commits,
    ...(rewritten > 0 && { rewrite: { fork, first: length } }),
    log(from, to) {
      if (to >= length && from > fork && from < length) return once(from, to, 'rewritten');
      if (to < length || from >= length) return steps.slice(from + 1, to + 1).flat();
      return [...steps.slice(from + 1, fork + 1), ...steps.slice(length, to + 1)].flat();
    },
    snapshot: (commit) => once(-1, commit, 'snapshot'),
  };
}

/** A few teams come, go, change or are renamed; many at once, so that steps have a middle. */
function changed(before: ReadonlyMap<string, Sketch>, random: Random): Map<string, Sketch> {
  const after = new Map<string, Sketch>(
    [...before].map(([id, sketch]) => [id, { ...sketch, previously: [] }]),
  );
  for (const id of random.some(IDS, random.pick([0.1, 0.4, 0.8]))) {
    const own = after.get(id);
    const fresh: Sketch = {
      members: random.some(MEMBERS, 0.5),
      name: random.pick(['x', 'y', 'z']),
      previously: [],
    };
    const free = IDS.filter((other) => !after.has(other) && !before.has(other));
    if (own === undefined || random.chance(0.5)) after.set(id, fresh);
    else {
      after.delete(id);
      if (before.has(id) && free.length > 0 && random.chance(0.5)) {
        after.set(random.pick(free), { ...own, ...(random.chance(0.5) && fresh), previously: [id] });
      }
    }
  }
  return after;
}

const drawn = (sketches: ReadonlyMap<string, Sketch>): Teams =>
  teams(
    ...[...sketches].map(
      ([id, { members, name, previously }]) => [team(id, { members, name }), previously] as const,
    ),
  );
