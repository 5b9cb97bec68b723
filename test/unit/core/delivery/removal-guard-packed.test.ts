/** The removal guard reads a packed log in its order, not to and fro. */
import { expect, it } from 'vitest';
import { createPacker } from '../../../../src/adapters/process/packed-text.ts';
import { DEFAULT_CONFIGURATION } from '../../../../src/core/catalogue/configuration/configuration.ts';
import { DEFAULT_GUARD_LIMITS, guardRemovals } from '../../../../src/core/delivery/removal-guard.ts';
import { eventsOfStep } from '../../../../src/core/events/cloud-event.ts';
import { createArchive } from '../../../../src/core/events/log/event-archive.ts';
import type { LogStep } from '../../../../src/core/events/log-step.ts';
import { sampleStep, SOURCE, team, teams } from '../../../support/sample-teams.ts';

const TEAMS = 1500;
const MEMBERS = Array.from({ length: 30 }, (_, index) => `${'member-of-a-team-'.repeat(5)}${index}`);

it('and unpacks each part of it a few times at most', () => {
  const pack = createPacker();
  let [packed, unpacked] = [0, 0];
  const archive = createArchive((text) => {
    const unpack = pack(text);
    packed++;
    return () => {
      unpacked++;
      return unpack();
    };
  }, 0);
  const before = { teams: TEAMS, memberships: TEAMS * MEMBERS.length };
  const log: LogStep[] = [];
  const leave = (index: number, from: number, to: number): void => {
    const [was, is] = [from, to].map((count) =>
      teams(team(`team-${index}`, { members: MEMBERS.slice(0, count) })),
    );
    const id = String(log.length).padStart(40, '0');
    const step = sampleStep({ commit: { id }, reachable: log.length + 1 });
    const configuration = DEFAULT_CONFIGURATION;
    const events = eventsOfStep({ step, configuration, before: was!, after: is! }, SOURCE);
    archive.keep(events);
    log.push({ from: step.from, to: id, reachable: step.reachable, before, events });
  };
  for (let index = 0; index < TEAMS; index++) leave(index, 30, 25);
  // The last events of the teams are in another order than the first.
  for (let index = 0; index < TEAMS; index++) leave((index * 617) % TEAMS, 25, 2);
  const due = log.map(({ events }) => events);
  expect(guardRemovals(log, due, DEFAULT_GUARD_LIMITS, -1)?.net().reverted).toBe(false);
  expect(packed).toBeGreaterThan(50);
  expect(unpacked).toBeLessThan(4 * packed);
});
