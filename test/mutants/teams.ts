/** Mutants of lanes in which teams do not wait for each other, and of batches. */
import type { Mutant } from './mutant.ts';

const BATCHES = ['test/unit/core/delivery/lane/batch-laws.test.ts'];
const TEAMS = [
  'test/unit/core/delivery/lane/teams/team-lane.test.ts',
  'test/unit/core/delivery/lane/teams/team-lane-laws.test.ts',
];
const ENDPOINTS = ['test/unit/core/clients/file/batch.test.ts'];
const LANE = 'src/core/delivery/lane';

export const TEAM_MUTANTS: readonly Mutant[] = [
  {
    name: 'batch: one event more than fits',
    file: `${LANE}/batch.ts`,
    right: 'events >= Math.min(limit.events, batch.most)',
    wrong: 'events > Math.min(limit.events, batch.most)',
    tests: BATCHES,
  },
  {
    name: 'batch: the separators have no bytes',
    file: `${LANE}/batch.ts`,
    right: 'bytes + 1 + bytesOf([event])',
    wrong: 'bytes + bytesOf([event])',
    tests: BATCHES,
  },
  {
    name: 'batch: events of the next step go along',
    file: `${LANE}/batch.ts`,
    right: "if (batch.within === 'step' && step !== first.step) return false;",
    wrong: '',
    tests: BATCHES,
  },
  {
    name: 'batch: what is too large is made smaller by one event only',
    file: `${LANE}/attempts.ts`,
    right: 'if (answer.tooLarge) mostBytes = Math.min(mostBytes, Math.floor(bytesOf(events) / 2));',
    wrong: 'if (answer.tooLarge) mostBytes = bytesOf(events) - 1;',
    tests: TEAMS,
  },
  {
    name: 'batch: one is divided though the receiver asked to wait',
    file: 'src/core/delivery/retry-policy.ts',
    right: '(asked === undefined || isAllowed(asked)) ? (asked ?? 0)',
    wrong: 'true ? (asked ?? 0)',
    tests: TEAMS,
  },
  {
    name: 'batch: after an outage each event goes alone',
    file: `${LANE}/batch.ts`,
    right: 'size = doubted || Infinity;',
    wrong: 'size = doubted > 0 ? 1 : Infinity;',
    tests: BATCHES,
  },
  {
    name: 'batch: several that are given up together are taken for the first of them',
    file: `${LANE}/lane-result.ts`,
    right: 'others.length === 0 &&\n',
    wrong: '',
    tests: BATCHES,
  },
  {
    name: 'teams: what follows in a step is counted of the team where all wait for each other',
    file: `${LANE}/teams/team-lane.ts`,
    right: 'holds ? all.choose(last, bound.client).following : all.followingInStep(last, bound.client)',
    wrong: 'all.choose(last, bound.client).following',
    tests: TEAMS,
  },
  {
    name: 'batch: all of it is settled where a part was accepted',
    file: `${LANE}/lane.ts`,
    right: "if (disposition === 'send' && left-- === 0) return;",
    wrong: '',
    tests: BATCHES,
  },
  {
    name: 'batch: one that was refused is never divided',
    file: `${LANE}/attempts.ts`,
    right: 'if (events.length < 2) return false;',
    wrong: 'if (!answer.tooLarge) return false;',
    tests: BATCHES,
  },
  {
    name: 'batch: what follows is counted from its first event',
    file: `${LANE}/lane.ts`,
    right: 'remaining: others.at(-1)?.following ?? act.remaining,',
    wrong: 'remaining: act.remaining,',
    tests: BATCHES,
  },
  {
    name: 'batch: subscriptions with other headers have one endpoint',
    file: 'src/core/clients/file/reading/batch-reader.ts',
    right: 'JSON.stringify({ ...endpoint, headers: sorted }',
    wrong: 'JSON.stringify({ ...endpoint, headers: [] }',
    tests: ENDPOINTS,
  },
  {
    name: 'teams: a batch takes an event behind one of its team that is elsewhere',
    file: `${LANE}/teams/team-batches.ts`,
    right: 'else closed.add(queue);',
    wrong: '',
    tests: TEAMS,
  },
  {
    name: 'teams: what an event of a batch implies is passed over before it is accepted',
    file: `${LANE}/teams/team-batches.ts`,
    right: "if (isBehind || (queue !== undefined && disposition !== 'send')) {",
    wrong: 'if (isBehind) {',
    tests: TEAMS,
  },
  {
    name: 'teams: a hundred and one may be behind',
    file: `${LANE}/teams/team-lane.ts`,
    right: 'all.waiting.size < MOST_HELD || all.waiting.has(event.subject);',
    wrong: 'all.waiting.size <= MOST_HELD || all.waiting.has(event.subject);',
    tests: TEAMS,
  },
  {
    name: 'teams: one that is given up while nothing is accepted is held at once',
    file: `${LANE}/teams/team-lane.ts`,
    right: 'const isDoubtful = tally.accepted.length === first.deliveredBefore;',
    wrong: 'const isDoubtful = false;',
    tests: TEAMS,
  },
  {
    name: 'teams: the receiver is down after twice as many',
    file: `${LANE}/teams/team-holds.ts`,
    right: 'const DOWN = 10;',
    wrong: 'const DOWN = 20;',
    tests: TEAMS,
  },
  {
    name: 'teams: a team is joined to none by a rename',
    file: `${LANE}/teams/joined-teams.ts`,
    right: 'leader.set(gone, team);',
    wrong: '',
    tests: TEAMS,
  },
  {
    name: 'teams: the rest of a step in which a team is held is left out',
    file: `${LANE}/teams/held-steps.ts`,
    right: '!(isOfStep(held, step) && isUpTo(sequence, held.sequence))',
    wrong: '!isOfStep(held, step)',
    tests: TEAMS,
  },
  {
    name: 'teams: what was only being tried is held where a run stops',
    file: `${LANE}/teams/team-position.ts`,
    right: 'if (open !== undefined && isBefore(open, place)) place = open;',
    wrong: '',
    tests: TEAMS,
  },
  {
    name: 'teams: what a held team was sent is forgotten',
    file: `${LANE}/teams/team-position.ts`,
    right: '...(types.length > 0 && { sent: types }),',
    wrong: '',
    tests: TEAMS,
  },
];
