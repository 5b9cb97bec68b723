/** What a product has after a snapshot and then events is what the catalogue has: with renames, troubles and replays. */
import { describe, expect, it } from 'vitest';
import type { Files } from '../../support/sample-repo.ts';
import { createRandom, type Random } from '../../torture/random.ts';
import { run, type RecipeName } from './recipe.ts';
import { fileOf, IDS, PEOPLE, started, type Teams } from './story.ts';

/** Renames things by a request of its own. */
const RENAMES: readonly RecipeName[] = ['gitlab', 'cloud-foundry'];
const WITH_TEAMS = ['gitlab', 'cloud-foundry', 'grafana', 'gitea', 'concourse', 'rancher'] as const;

/** Changes some teams; the files that say so. Members may change in the commit that renames their team. */
function change(random: Random, teams: Teams, mayRename: boolean): Files {
  let files: Files = {};
  for (const id of random.some(IDS, 0.4)) {
    const people = teams.get(id);
    const free = IDS.filter((other) => !teams.has(other) && !(`teams/${IDS.indexOf(other)}.yml` in files));
    if (`teams/${IDS.indexOf(id)}.yml` in files) continue;
    if (people === undefined || random.chance(0.5)) {
      teams.set(id, new Set(random.some(PEOPLE, 0.5)));
      files = { ...files, ...fileOf(id, teams.get(id) ?? new Set()) };
    } else if (mayRename && free.length > 0 && random.chance(0.6)) {
      const other = random.pick(free);
      const then = random.chance(0.5) ? people : new Set(random.some(PEOPLE, 0.5));
      teams.delete(id);
      teams.set(other, then);
      files = { ...files, [`teams/${IDS.indexOf(id)}.yml`]: null, ...fileOf(other, then, id) };
    } else {
      teams.delete(id);
      files = { ...files, [`teams/${IDS.indexOf(id)}.yml`]: null };
    }
  }
  return files;
}

describe.each(WITH_TEAMS)('what %s has after a snapshot', (name) => {
  it('and a run after each commit', async () => {
    const { repo, deliver, has, wants } = await started(name);
    const random = createRandom(7);
    const teams: Teams = new Map();
    repo.commit(change(random, teams, false));
    expect(await deliver()).toMatchObject({ code: 0 });
    expect(has(teams)).toEqual(wants(teams));
    for (let commit = 0; commit < 8; commit++) {
      repo.commit(change(random, teams, true));
      expect(await deliver()).toMatchObject({ code: 0 });
      expect(has(teams)).toEqual(wants(teams));
    }
  });

  it('while it is in trouble again and again', async () => {
    const random = createRandom(11);
    let isIll = false;
    const { repo, deliver, has, wants, files, args } = await started(name, () =>
      isIll && random.chance(0.4) ? { status: random.pick([500, 503]) } : undefined,
    );
    const teams: Teams = new Map();
    for (let commit = 0; commit < 3; commit++) {
      repo.commit(change(random, teams, true));
      isIll = true;
      await run(files, repo.directory, ...args, '--attempts', '2');
      isIll = false;
      expect(await deliver()).toMatchObject({ code: 0 });
      expect(has(teams)).toEqual(wants(teams));
    }
  });

  it('and a replay', async () => {
    const { repo, deliver, has, wants, files } = await started(name);
    const teams: Teams = new Map([['Pay', new Set(['ann', 'bea'])]]);
    repo.commit(fileOf('Pay', teams.get('Pay') ?? new Set()));
    repo.commit(fileOf('Pay', new Set(['ann', 'cyd'])));
    repo.commit({ 'teams/0.yml': null, ...fileOf('pay', new Set(['ann', 'cyd']), 'Pay') });
    const renamed = repo.commit({});
    repo.commit(fileOf('pay', new Set(['cyd', 'dot'])));
    const now: Teams = new Map([['pay', new Set(['cyd', 'dot'])]]);
    expect(await deliver()).toMatchObject({ code: 0 });
    expect(has(now)).toEqual(wants(now));
    // From before a rename, what was renamed would be made again.
    expect(await run(files, repo.directory, 'replay', `${renamed}..HEAD`, '--execute')).toMatchObject({
      code: 0,
    });
    expect(has(now)).toEqual(wants(now));
  });
});

describe.each(RENAMES)('who leaves or joins in the commit that renames the team (%s)', (name) => {
  it('has left or joined, and what was in the team is kept', async () => {
    const { repo, deliver, has, wants, api } = await started(name);
    repo.commit(fileOf('a', new Set(['ann', 'bea', 'cyd'])));
    expect(await deliver()).toMatchObject({ code: 0 });
    const before = api.requests.length;
    repo.commit({ 'teams/2.yml': null, ...fileOf('sea', new Set(['ann', 'dot', 'eve']), 'a') });
    expect(await deliver()).toMatchObject({ code: 0 });
    const teams: Teams = new Map([['sea', new Set(['ann', 'dot', 'eve'])]]);
    expect(has(teams)).toEqual(wants(teams));
    // Nothing is made or deleted but memberships of those who joined or left.
    const written = api.requests
      .slice(before)
      .filter(({ method, path }) => method !== 'GET' && !/token/.test(path));
    const renaming = name === 'gitlab' ? 'PUT' : 'PATCH';
    expect(written.map(({ method }) => method)).toEqual([renaming, 'DELETE', 'DELETE', 'POST', 'POST']);
  });

  it('has so after a crash in between, too', async () => {
    let isIll = false;
    let count = 0;
    const { repo, deliver, has, wants, files, args } = await started(name, () =>
      isIll && ++count > 4 ? { status: 503 } : undefined,
    );
    repo.commit(fileOf('a', new Set(['ann', 'bea', 'cyd'])));
    expect(await deliver()).toMatchObject({ code: 0 });
    repo.commit({ 'teams/2.yml': null, ...fileOf('sea', new Set(['ann', 'dot', 'eve']), 'a') });
    isIll = true;
    expect(await run(files, repo.directory, ...args, '--attempts', '1')).toMatchObject({ code: 3 });
    isIll = false;
    expect(await deliver()).toMatchObject({ code: 0 });
    const teams: Teams = new Map([['sea', new Set(['ann', 'dot', 'eve'])]]);
    expect(has(teams)).toEqual(wants(teams));
  });
});

describe.each(WITH_TEAMS)('one run over more than one commit (%s)', (name) => {
  it('makes and deletes what came and went in between', async () => {
    const { repo, deliver, has, wants, product } = await started(name);
    repo.commit(fileOf('a', new Set(['ann'])));
    repo.commit(fileOf('sea', new Set(['bea'])));
    repo.commit({ 'teams/9.yml': null, ...fileOf('a', new Set(['ann', 'bea'])) });
    // Nobody is in it: nothing is to be done for anybody in between.
    repo.commit(fileOf('pay', new Set()));
    repo.commit({ 'teams/1.yml': null });
    const { code } = await deliver();
    // Rancher's members have a client of their own, which may come to a project that is gone.
    expect(name === 'rancher' ? [0, 3] : [0]).toContain(code);
    const teams: Teams = new Map([['a', new Set(['ann', 'bea'])]]);
    expect(has(teams)).toEqual(wants(teams));
    expect(product.teams?.()).not.toHaveProperty('pay');
    expect(product.folders?.() ?? ['a']).toEqual(['a']);
  });
});

describe.each(['gitea', 'gitlab', 'cloud-foundry'] as const)(
  'an id that comes back in the same run (%s)',
  (name) => {
    it('is a new team, with members of its own', async () => {
      const { repo, deliver, has, wants } = await started(name);
      repo.commit(fileOf('a', new Set(['ann'])));
      expect(await deliver()).toMatchObject({ code: 0 });
      repo.commit({ 'teams/2.yml': null });
      repo.commit(fileOf('a', new Set(['bea'])));
      expect(await deliver()).toMatchObject({ code: 0 });
      const teams: Teams = new Map([['a', new Set(['bea'])]]);
      expect(has(teams)).toEqual(wants(teams));
    });
  },
);

describe.each(RENAMES)('a team that takes the id of a renamed one in the same run (%s)', (name) => {
  it('gets members of its own', async () => {
    const { repo, deliver, has, wants } = await started(name);
    repo.commit(fileOf('a', new Set(['ann'])));
    repo.commit({ 'teams/2.yml': null, ...fileOf('sea', new Set(['ann']), 'a') });
    repo.commit(fileOf('a', new Set(['bea'])));
    expect(await deliver()).toMatchObject({ code: 0 });
    const teams: Teams = new Map([
      ['a', new Set(['bea'])],
      ['sea', new Set(['ann'])],
    ]);
    expect(has(teams)).toEqual(wants(teams));
  });
});

describe.each(['gitea', 'gitlab', 'cloud-foundry', 'grafana'] as const)(
  'a person whom %s does not know',
  (name) => {
    it('holds the own team only, until the product knows them', async () => {
      let known = false;
      const { repo, deliver, has, wants } = await started(
        name,
        undefined,
        (person) => known || !person.startsWith('eve'),
      );
      repo.commit({ ...fileOf('a', new Set(['ann', 'eve'])), ...fileOf('sea', new Set(['bea'])) });
      expect(await deliver()).toMatchObject({ code: 3 });
      expect(has(new Map())).toMatchObject({ sea: ['bea'] });
      known = true;
      expect(await deliver()).toMatchObject({ code: 0 });
      const teams: Teams = new Map([
        ['a', new Set(['ann', 'eve'])],
        ['sea', new Set(['bea'])],
      ]);
      expect(has(teams)).toEqual(wants(teams));
    });
  },
);
