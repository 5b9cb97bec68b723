/** Read in waves or in one walk: the same events, and the same problems, for every lane. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../../src/core/catalogue/configuration/configuration.ts';
import { openEventStream } from '../../../../src/run/event-log/event-stream.ts';
import { readLaneWaves, type LaneLogs } from '../../../../src/run/event-log/lane-logs.ts';
import { resolveRange } from '../../../../src/run/event-log/range.ts';
import type { LogStep } from '../../../../src/core/events/log-step.ts';
import { openRepository } from '../../../../src/adapters/git/clone/repository.ts';
import { importRepo, type Edits } from '../../../support/imported-repo.ts';
import { gitEnvironment } from '../../../support/sample-repo.ts';

const EACH = { squash: false, onRewrite: 'fail' } as const;
const stop = new AbortController().signal;

/** What a change does that is no common one: all that is remembered from one step to a later one. */
const ODD: Readonly<Record<number, Edits>> = {
  12: { 'teams/early.yml': 'id: early\nmembers: [x]\n' },
  20: { 'teams/early.yml': 'id: [' }, // broken from here on
  30: { 'teams/mended.yml': 'id: [' },
  40: { 'teams/a.yml': 'id: twice\n', 'teams/b.yml': 'id: twice\n' },
  60: { 'team-events.yml': 'catalogue: { ignore: [colour] }\n' },
  170: { 'team-events.yml': 'catalogue: { ignore: [' },
  1290: { 'teams/mended.yml': 'id: mended\n' },
  1330: { 'teams/late.yml': 'id: [' },
};
const COMMITS = 1350;

const textOf = (steps: readonly LogStep[]): readonly string[] =>
  steps.flatMap(({ events, before }) => events.map(({ text }) => `${text} ${JSON.stringify(before)}`));

it('a lane gets the same whichever wave it is in', async () => {
  const { directory, ids } = importRepo(
    Array.from({ length: COMMITS }, (_, index) => ({
      [`teams/t${index % 40}.yml`]: `id: t${index % 40}\ncolour: c${index % 3}\nmembers: [m${index}]\n`,
      ...ODD[index],
    })),
  );
  const repository = await openRepository(directory);
  const to = ids.at(-1) ?? '';
  /** Three waves: two lanes in the first, which meets none of the old problems, and four further off; -1 is before all. */
  const begins = [2, COMMITS - 2, 200, COMMITS - 50, 15, 900, -1];
  const origins = begins.map((index) => ({ commit: ids[index] ?? null, partial: undefined }));
  const waves: LaneLogs[] = [];
  for await (const wave of readLaneWaves(repository, origins, to, EACH, undefined, stop)) waves.push(wave);
  expect(waves.map(({ logs }) => [...logs.keys()])).toEqual([[1, 3], [5], [0, 2, 4, 6]]);

  let problems: unknown;
  for (const [index, begin] of begins.entries()) {
    const range = await resolveRange(repository, { from: ids[begin] ?? 'root', to }, EACH);
    const stream = openEventStream(repository, range, undefined, stop);
    const alone: LogStep[] = [];
    for await (const step of stream.steps()) alone.push(step);
    const log = waves.find(({ logs }) => logs.has(index))?.logs.get(index);
    if (!log?.ok) throw new Error(`no log of ${begin}`);
    expect(textOf(log.value.steps)).toEqual(textOf(alone));
    expect(log.value.commits).toBe(COMMITS - 1 - begin);
    expect(log.value.first).toBe(begin < 0 ? ids[0] : undefined);
    if (begin < 0) problems = await stream.problems();
  }
  expect(waves.at(-1)?.problems).toEqual(problems);
  expect(JSON.stringify(problems)).toContain('early.yml');
  expect(waves[0]?.problems).toMatchObject([{ path: 'teams/late.yml' }]);
  const all = waves.toReversed().flatMap((wave) => wave.all);
  expect(new Set(all.map(({ to: commit }) => commit)).size).toBe(all.length);
});

it('the first commit’s own step and a snapshot of it are two, also where both are finished first', async () => {
  const { directory, ids } = importRepo([{ 'teams/a.yml': 'id: a\n' }, { 'teams/b.yml': 'id: b\n' }]);
  const [first = '', to = ''] = ids;
  const repository = await openRepository(directory);
  const partial = { from: null, to: first };
  const origins = [{ ...partial, root: true as const }, partial].map((one) => ({
    commit: first,
    partial: one,
  }));
  const marks: unknown[] = [];
  for await (const { logs } of readLaneWaves(
    repository,
    origins,
    to,
    { ...EACH, squash: true },
    undefined,
    stop,
  )) {
    for (const log of logs.values()) {
      if (!log.ok) throw log.wrong;
      marks.push(
        log.value.steps.map(({ root, events }) => [root, events[0]?.text.includes('"snapshot":true')]),
      );
    }
  }
  expect(marks).toEqual([
    [
      [true, false],
      [undefined, false],
    ],
    [
      [undefined, true],
      [undefined, false],
    ],
  ]);
});

describe('where ids come from paths alone, and limits of the removal guard are given', () => {
  const CONFIGURATION = parseConfiguration('catalogue: { id: "{file}", ignore: id }');
  const override = CONFIGURATION.ok ? CONFIGURATION.value : undefined;
  const guard = { teams: 2, teamsPercent: 10, memberships: 100, membershipsPercent: 100 };
  const TEAMS = Array.from({ length: 10 }, (_, index) => `teams/t${index}.yml`);

  /** The steps pending after a commit of ten teams, and a commit that changes these. */
  async function pendingAfter(edits: Edits, damaged?: string): Promise<readonly LogStep[]> {
    const all = Object.fromEntries(TEAMS.map((path) => [path, `members: [${path}]\n`]));
    const { directory, ids } = importRepo([all, edits]);
    if (damaged !== undefined) {
      const asked = ['-C', directory, 'rev-parse', `main:${damaged}`];
      const blob = execFileSync('git', asked, { env: gitEnvironment(), encoding: 'utf8' }).trim();
      rmSync(join(directory, 'objects', blob.slice(0, 2), blob.slice(2)));
    }
    const [from = '', to = ''] = ids;
    const origins = [{ commit: from, partial: undefined }];
    const options = { ...EACH, guard };
    const repository = await openRepository(directory);
    const waves: LaneLogs[] = [];
    for await (const wave of readLaneWaves(repository, origins, to, options, override, stop))
      waves.push(wave);
    expect(waves).toHaveLength(1);
    return waves[0]?.all ?? [];
  }
  const without = (count: number): Edits =>
    Object.fromEntries(TEAMS.slice(0, count).map((path) => [path, null]));

  it('files that no step concerns are not read, so that a damaged one disturbs nobody', async () => {
    const [step] = await pendingAfter({ 'teams/t1.yml': 'members: [x]\n' }, 'teams/t9.yml');
    expect(step?.events.map(({ type }) => type)).toEqual(['team.members.removed', 'team.members.added']);
    const [removing] = await pendingAfter(without(2), 'teams/t9.yml');
    expect(removing?.events.filter(({ type }) => type === 'team.deleted')).toHaveLength(2);
  });

  it('all are read where more is removed than the limits allow, as shares of the whole count then', async () => {
    const [step] = await pendingAfter(without(3));
    expect(step?.before).toEqual({ teams: 10, memberships: 10 });
    await expect(pendingAfter(without(3), 'teams/t9.yml')).rejects.toThrow('is missing');
  });
});
