/**
 * By hand: the whole history of a repository through a recipe, into what stands in for its product. The runs are as those of CI,
 * and so that none of them holds both the end of an id and its return (docs/receivers.md).
 *
 *     HISTORY=teams.git CONFIG=team-events.yml RECIPE=gitea npx vitest run --testTimeout 3600000 test/integration/receivers/history.test.ts
 */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { slug } from '../../../src/core/requests/language/slug.ts';
import type { TeamEvent } from '../../../src/core/events/team-event.ts';
import { printedEvents } from '../../support/program.ts';
import { tempFolder } from '../../support/sample-repo.ts';
import { createRandom } from '../../torture/random.ts';
import { sorted, startProduct } from './products/product.ts';
import { KEEPS_OLD, nameLength, PRODUCTS, recipe, run, type RecipeName } from './recipe.ts';

const { HISTORY: repo = '', CONFIG, SEED = '1' } = process.env;
const NAME = (process.env['RECIPE'] ?? 'gitea') as RecipeName;
const STOPS = 10;

/** The last commit of each run. */
function endsOf(events: readonly TeamEvent[], stops: ReadonlySet<string>): ReadonlySet<string> {
  const ends = new Set(stops);
  const gone = new Set<string>();
  let before = '';
  for (const { type, subject, data } of events) {
    if (type === 'team.created' && gone.has(subject)) ends.add(before);
    if (before !== data.commit.id && ends.has(before)) gone.clear();
    if (type === 'team.deleted') gone.add(subject);
    before = data.commit.id;
  }
  return ends;
}

it.skipIf(repo === '')('ends, and is at ten commits in between, as the catalogue is', async () => {
  const config = CONFIG === undefined ? [] : ['--config', CONFIG];
  const events = await printedEvents(repo, '--from', 'root', ...config);
  const commits = [...new Set(events.map(({ data }) => data.commit.id))];
  const random = createRandom(Number(SEED));
  const stops = new Set(commits.slice(-1));
  while (stops.size <= STOPS) stops.add(random.pick(commits));
  const ends = endsOf(events, stops);

  const product = PRODUCTS[NAME]();
  const api = await startProduct(product);
  const files = recipe(NAME, product, api);
  const cursor = ['--cursor', `file:${join(tempFolder(), 'cursors.json')}`, '--init', ...config];
  const figures: string[] = [];
  for (const commit of commits.filter((one) => ends.has(one))) {
    const result = await run(files, repo, ...cursor, '--to', commit, '--allow-removals', commit);
    if (result.code !== 0 && result.code !== 4)
      throw new Error(`${commit}: ${result.stdout}${result.stderr}`);
    const state = ['--from', 'root', '--to', commit, '--squash', ...config];
    const made = stops.has(commit) ? await printedEvents(repo, ...state) : [];
    const teams = made.filter(({ type }) => type === 'team.created').map(({ data: { team } }) => team);
    const lower = (people: readonly string[]): string[] => people.map((one) => one.toLowerCase());
    const wanted = sorted(
      teams.map(({ id, members }) => [slug(id, nameLength(NAME)), lower(members.map((one) => one.id))]),
    );
    const has = Object.entries(product.teams?.() ?? {}).filter(
      ([team]) => !KEEPS_OLD.includes(NAME) || team in wanted,
    );
    const compared = stops.has(commit) ? sorted(has.map(([team, people]) => [team, lower(people)])) : wanted;
    expect([commit, compared]).toEqual([commit, wanted]);
    if (stops.has(commit))
      figures.push(
        `${commit.slice(0, 12)}: ${teams.length} teams, ${Object.values(wanted).flat().length} members`,
      );
  }
  console.log(
    [
      ...figures,
      `${NAME}: ${commits.length} commits, ${events.length} events, ${ends.size} runs, ${api.requests.length} requests`,
    ].join('\n'),
  );
});
