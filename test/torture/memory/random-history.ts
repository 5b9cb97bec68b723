/** A line of commits with random catalogues, and the log of each step. */
import { createHash } from 'node:crypto';
import type { TeamEntry } from '../../../src/catalogue/team.ts';
import type { LogStep } from '../../../src/events/log-step.ts';
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

export function randomHistory(random: Random, length: number): History {
  const catalogues: Teams[] = [];
  let sketch = new Map<string, Sketch>();
  for (let commit = 0; commit < length; commit++) {
    sketch = changed(sketch, random);
    catalogues.push(drawn(sketch));
  }
  const commits = catalogues.map((_, index) => createHash('sha1').update(`commit ${index}`).digest('hex'));
  const at = (index: number): Teams => catalogues[index] ?? new Map();
  const stepOf = (from: number, to: number, consecutive: boolean): readonly LogStep[] => {
    const step = sampleStep({
      from: commits[from] ?? null,
      commit: { id: commits[to] ?? '' },
      reachable: to + 1,
      consecutive,
    });
    return logOf([eventsBetween(at(from), at(to), step)], [at(from)]);
  };
  const steps = commits.map((_, index) => stepOf(index - 1, index, true));
  const snapshots = new Map<number, readonly LogStep[]>();
  return {
    commits,
    log: (from, to) => steps.slice(from + 1, to + 1).flat(),
    snapshot(commit) {
      const known = snapshots.get(commit) ?? stepOf(-1, commit, false);
      snapshots.set(commit, known);
      return known;
    },
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
