/** What a run does with its lanes: how many requests are under way, and who is late. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openOperatorSettings } from '../../../../src/adapters/files/operator-settings.ts';
import { serveLanes } from '../../../../src/run/serving/serve-lanes.ts';
import { type RunPlan } from '../../../../src/run/serving/run-plan.ts';
import { type Wave } from '../../../../src/run/serving/run-plan.ts';
import { NO_HOOKS } from '../../../../src/core/delivery/lane/lane-hooks.ts';
import { EXIT, RunError } from '../../../../src/errors.ts';
import { openRepository } from '../../../../src/adapters/git/clone/repository.ts';
import type { LaneStatus } from '../../../../src/core/delivery/lane/lane-status.ts';
import { startReceiver } from '../../../support/receiver.ts';
import { joining } from '../../../support/sample-delivery.ts';
import { createRepo, tempFolder } from '../../../support/sample-repo.ts';
import { createContext } from '../../../support/sample-context.ts';
import { logOf } from '../../../support/sample-teams.ts';

const LOG = logOf(joining('alice', 'bob', 'carol'));

/** A run of these clients with their results from elsewhere, or with lanes of their own to `url`. */
async function serve(
  names: readonly string[],
  { url = 'http://127.0.0.1:9/', concurrency = Infinity, lateAfter = undefined as number | undefined } = {},
  wave: Partial<Wave> = {},
  later?: RunPlan['later'],
) {
  const path = join(tempFolder(), 'clients.yml');
  const entry = (name: string): string =>
    `  - {name: ${name}, subscriptions: [{event: team.members.added, url: "${url}${name}"}]}\n`;
  writeFileSync(path, `clients:\n${names.map(entry).join('')}`);
  const context = createContext();
  const policy = { allowHost: ['127.0.0.1'], concurrency, attempts: 1 };
  const options = {
    ...policy,
    policy: undefined,
    report: undefined,
    journal: undefined,
    clients: path,
    client: [],
  };
  const files = openOperatorSettings(await openRepository(createRepo().directory), options, context);
  const lanes = names.map((client) => ({ client, contact: undefined, log: LOG }));
  const work: RunPlan = {
    to: 'b'.repeat(40),
    first: { log: LOG, lanes, others: [], waiting: [], problems: [], ...wave },
    selects: () => true,
    allowedReachable: -1,
    commands: undefined,
    pausedIsFine: false,
    ...(later && { later }),
  };
  const serving = { lateAfter, format: 'ndjson', all: false, report: undefined } as const;
  return { code: await serveLanes(work, files, NO_HOOKS, serving, context), ...context };
}

/** A receiver that answers late, and what it has seen at once. */
async function slowReceiver() {
  let underWay = 0;
  let most = 0;
  const receiver = await startReceiver((_, response) => {
    most = Math.max(most, ++underWay);
    setTimeout(() => {
      underWay--;
      response.writeHead(204).end();
    }, 50);
  });
  return { receiver, most: () => most };
}

describe('the requests under way at once', () => {
  it.each([1, 2])(
    'are at most %i where --concurrency says so; all are sent in the end',
    async (concurrency) => {
      const { receiver, most } = await slowReceiver();
      const names = ['a', 'b', 'c', 'd'];
      expect((await serve(names, { url: `${receiver.url}/`, concurrency })).code).toBe(0);
      expect(receiver.requests).toHaveLength(names.length * LOG.length);
      expect(most()).toBeLessThanOrEqual(concurrency);
    },
  );
});

describe('a client that is behind', () => {
  const NOW = Date.UTC(2026, 0, 5, 9);
  const HOUR = 3_600_000;
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW }));
  afterEach(() => void vi.useRealTimers());

  const codeOf = async (sinceMs: number | undefined, status: LaneStatus, lateAfter?: number) => {
    const since = sinceMs === undefined ? undefined : new Date(sinceMs).toISOString();
    const result = { client: 'a', contact: undefined, status, since, problem: undefined };
    const counts = { delivered: 0, pending: 1, skipped: 0, filtered: 0, attempts: 1 };
    const { code, notes } = await serve(
      ['a'],
      { lateAfter },
      { lanes: [], others: [{ ...result, ...counts }] },
    );
    return [code, notes.some((note) => note.includes('but not for long (--late-after)'))];
  };

  it.each<[string, number | undefined, LaneStatus, number | undefined, number, boolean]>([
    ['for exactly so long is late', NOW - HOUR, 'blocked', HOUR, 3, false],
    ['for less is told, and no failure', NOW - HOUR + 1, 'blocked', HOUR, 0, true],
    ['where nothing is said of when is late', NOW, 'blocked', undefined, 3, false],
    ['since nobody knows when is late', undefined, 'stopped', HOUR, 3, false],
    ['as the guard stopped it fails whenever that was', NOW, 'guarded', HOUR, 7, false],
  ])('%s', async (_, since, status, lateAfter, code, told) => {
    expect(await codeOf(since, status, lateAfter)).toEqual([code, told]);
  });
});

describe('an error that ends the reading of history for lanes far behind', () => {
  // eslint-disable-next-line require-yield
  async function* broken(): AsyncGenerator<Wave> {
    await Promise.resolve();
    throw new RunError(EXIT.history, 'commit 0123 is missing', 'fetch it');
  }
  const result = { client: 'b', contact: undefined, since: undefined, problem: undefined };
  const counts = { delivered: 0, pending: 1, skipped: 0, filtered: 0, attempts: 0 };

  it.each<[LaneStatus, number]>([
    ['misconfigured', 2],
    ['guarded', 6],
  ])('is told; beside a client that is %s the run ends with %i, the gravest', async (status, code) => {
    const others = [{ ...result, ...counts, status }];
    const ended = await serve(['b'], {}, { lanes: [], others }, broken());
    expect(ended.notes.join('\n')).toMatch(/error: commit 0123 is missing\nfetch it/);
    expect(ended.code).toBe(code);
  });
});
