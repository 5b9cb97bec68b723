// What is measured: the rows of the table by name, each from the file of its story, and how much of everything there is.
import { createRepos } from './repos.mjs';
import { brokers } from './rows/brokers.mjs';
import { crowd } from './rows/crowd.mjs';
import { deliveries } from './rows/deliveries.mjs';
import { dryRuns } from './rows/dry-runs.mjs';
import { growth } from './rows/growth.mjs';
import { batches, byTeam, refused } from './rows/lanes.mjs';
import { nodes } from './rows/nodes.mjs';
import { pace } from './rows/pace.mjs';
import { remote } from './rows/remote.mjs';
import { besideScript } from './rows/script.mjs';
import { waiting } from './rows/waiting.mjs';

export const FULL = {
  teams: 10_000,
  folders: 100,
  commits: 2000,
  growth: [200, 2000, 5000, 10_000, 20_000],
  clients: 100,
  eventsPerClient: 100,
  delayMs: 100,
  parallel: 8,
  refusedOf: 400,
  paced: 60,
  crowd: { clients: 1000, events: [25, 100] },
  waiting: [
    { teams: 10_000, folders: 100, commits: 50_500, each: 20 },
    { teams: 100_000, folders: 100, commits: 1 },
    { teams: 10_000, folders: 100, commits: 200_000 },
  ],
  tripMs: 300,
  scriptCommits: 50,
};
/** For the tests. */
export const QUICK = {
  quick: true,
  teams: 250,
  folders: 6,
  commits: 30,
  growth: [5, 20, 60],
  clients: 4,
  eventsPerClient: 3,
  delayMs: 5,
  parallel: 8,
  refusedOf: 400,
  paced: 3,
  crowd: { clients: 20, events: [2, 6] },
  waiting: [{ teams: 50, folders: 5, commits: 20, each: 5 }],
  tripMs: 5,
  scriptCommits: 3,
};

/**
 * Rows by name: `work` says what is done; `run` does it and gives the figures of one row, or of several as `rows`.
 * `before` is a checkout of an older version that is built, `otherNodes` are more Nodes: without them, rows that need
 * one are left out.
 */
export function rowsOf({ size, work, runs, before, otherNodes }) {
  const given = { size, work, runs, before, otherNodes, repos: createRepos(size, work) };
  const row = (label, run) => ({ work: label, run: () => run(given) });
  return {
    ...dryRuns(given),
    growth: row('cost and memory of 200 to 20,000 commits', growth),
    deliveries: row('deliveries', deliveries),
    'by-team': row('a snapshot with order: team', byTeam),
    batches: row('a snapshot with batch: step', batches),
    refused: row('one event refused', refused),
    pace: row('a receiver that takes one event a second', pace),
    crowd: row('many clients with many events', crowd),
    waiting: row('the memory of what waits', waiting),
    remote: row('round trips to the remote', remote),
    script: row('beside a shell script', besideScript),
    nodes: row('other Nodes', nodes),
    brokers: row('webhooks beside brokers', brokers),
  };
}
