/** What a product has after a snapshot and then events is what the catalogue has: with renames, troubles, crashes and replays. */
import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { slug } from '../../../src/core/requests/language/slug.ts';
import { startTeamEvents } from '../../support/program.ts';
import type { ApiAnswer } from '../../support/sample-api.ts';
import { createRepo, tempFolder, type Files, type SampleRepo } from '../../support/sample-repo.ts';
import { createRandom, type Random } from '../../torture/random.ts';
import { sorted, startProduct } from './products/product.ts';
import {
  clientsOf,
  KEEPS_OLD,
  nameLength,
  PRODUCTS,
  recipe,
  run,
  runArguments,
  type RecipeName,
} from './recipe.ts';

type Teams = Map<string, Set<string>>;

const PEOPLE = ['ann', 'bea', 'cyd', 'dot', 'eve', 'flo'];
const IDS = ['Pay', 'pay', 'a', 'a-b', 'a_b', 'team a', 'équipe', 'x'.repeat(70), 'search', 'sea'];
/** Renames things by a request of its own. */
const RENAMES: readonly RecipeName[] = ['gitlab', 'cloud-foundry'];
const WITH_TEAMS = ['gitlab', 'cloud-foundry', 'grafana', 'gitea', 'concourse', 'rancher'] as const;

const fileOf = (id: string, people: ReadonlySet<string>, previously?: string): Files => ({
  [`teams/${IDS.indexOf(id)}.yml`]: [
    `id: "${id}"`,
    `members: [${[...people].map((one) => `{ id: ${one}, email: ${one}@example.com }`).join(', ')}]`,
    ...(previously === undefined ? [] : [`previously: ["${previously}"]`]),
    '',
  ].join('\n'),
});

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

/** As the product is to have them; `length` of its names. */
const expected = (teams: Teams, length?: number) =>
  sorted([...teams].map(([id, people]) => [slug(id, length), people]));

async function started(
  name: RecipeName,
  trouble?: () => ApiAnswer | undefined,
  isUser?: (name: string) => boolean,
) {
  const product = PRODUCTS[name](isUser);
  const api = await startProduct(product, trouble);
  const files = recipe(name, product, api);
  const repo: SampleRepo = createRepo(tempFolder(), { origin: 'https://git.example.com/acme/teams.git' });
  const store = join(tempFolder(), 'cursors.json');
  const args = ['--cursor', `file:${store}`, '--init', '--allow-removals', 'HEAD'];
  const wants = (teams: Teams) => expected(teams, nameLength(name));
  /** Without the domain of e-mail addresses, and without what stays of renamed teams. */
  const has = (teams: Teams) =>
    sorted(
      Object.entries(product.teams?.() ?? {})
        .filter(([team]) => !KEEPS_OLD.includes(name) || team in wants(teams))
        .map(([team, people]) => [team, people.map((one) => one.replace('@example.com', ''))]),
    );
  return {
    api,
    product,
    files,
    repo,
    store,
    args,
    has,
    wants,
    deliver: () => run(files, repo.directory, ...args),
  };
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
