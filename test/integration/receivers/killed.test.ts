/** A run that is killed between the requests of an event; the next one makes them again. */
import { describe, expect, it } from 'vitest';
import { startTeamEvents } from '../../support/program.ts';
import { clientsOf, run, runArguments } from './recipe.ts';
import { fileOf, PEOPLE, started, type Teams } from './story.ts';

describe.each(['gitea', 'gitlab'] as const)('a run that is killed in the middle of `each` (%s)', (name) => {
  it('makes the requests again, and the product has what the catalogue has', async () => {
    let kill = (): void => undefined;
    let count = 0;
    const { api, files, repo, has, wants, args, store } = await started(name, () => {
      if (++count === 7) kill();
      return undefined;
    });
    const teams: Teams = new Map([['a', new Set(PEOPLE)]]);
    repo.commit(fileOf('a', new Set(PEOPLE)));
    const whole = runArguments(files, repo.directory, ...args);
    const killed = await startTeamEvents(whole, {
      env: files.env,
      onStart: (signal) => (kill = () => signal('SIGKILL')),
    });
    expect(killed.code).toBeNull();
    expect(has(teams)).not.toEqual(wants(teams));
    const before = api.requests.length;
    for (const client of clientsOf(name))
      await run(files, repo.directory, 'cursor', 'unlock', client, '--cursor', `file:${store}`, '--execute');
    expect(await run(files, repo.directory, ...args)).toMatchObject({ code: 0 });
    expect(has(teams)).toEqual(wants(teams));
    expect(
      api
        .calls()
        .slice(before)
        .filter((call) => call.includes('/members')).length,
    ).toBe(PEOPLE.length);
  });
});

/** Around the rename: what comes first, the request for the team, those for members. */
describe.each([
  ['gitlab', 1],
  ['gitlab', 3],
  ['gitlab', 5],
  ['gitlab', 9],
  ['cloud-foundry', 4],
  ['cloud-foundry', 9],
] as const)('a run that is killed at a rename in which members change (%s, request %i)', (name, nth) => {
  it('leaves the product as the catalogue is, after the next run', async () => {
    let kill = (): void => undefined;
    let count = -Infinity;
    const { files, repo, deliver, has, wants, args, store } = await started(name, () => {
      if (++count === nth) kill();
      return undefined;
    });
    repo.commit(fileOf('a', new Set(['ann', 'bea', 'cyd'])));
    expect(await deliver()).toMatchObject({ code: 0 });
    repo.commit({ 'teams/2.yml': null, ...fileOf('sea', new Set(['ann', 'dot', 'eve']), 'a') });
    repo.commit(fileOf('sea', new Set(['bea', 'dot'])));
    count = 0;
    const killed = await startTeamEvents(runArguments(files, repo.directory, ...args), {
      env: files.env,
      onStart: (signal) => (kill = () => signal('SIGKILL')),
    });
    expect(killed.code).toBeNull();
    count = -Infinity;
    for (const client of clientsOf(name))
      await run(files, repo.directory, 'cursor', 'unlock', client, '--cursor', `file:${store}`, '--execute');
    expect(await deliver()).toMatchObject({ code: 0 });
    const teams: Teams = new Map([['sea', new Set(['bea', 'dot'])]]);
    expect(has(teams)).toEqual(wants(teams));
  });
});
