/** A recipe with a repository, its product, and what both have. */
import { join } from 'node:path';
import { slug } from '../../../src/core/requests/language/slug.ts';
import type { ApiAnswer } from '../../support/sample-api.ts';
import { createRepo, tempFolder, type Files, type SampleRepo } from '../../support/sample-repo.ts';
import { sorted, startProduct } from './products/product.ts';
import { KEEPS_OLD, nameLength, PRODUCTS, recipe, run, type RecipeName } from './recipe.ts';

export type Teams = Map<string, Set<string>>;

export const PEOPLE = ['ann', 'bea', 'cyd', 'dot', 'eve', 'flo'];
export const IDS = ['Pay', 'pay', 'a', 'a-b', 'a_b', 'team a', 'équipe', 'x'.repeat(70), 'search', 'sea'];

export const fileOf = (id: string, people: ReadonlySet<string>, previously?: string): Files => ({
  [`teams/${IDS.indexOf(id)}.yml`]: [
    `id: "${id}"`,
    `members: [${[...people].map((one) => `{ id: ${one}, email: ${one}@example.com }`).join(', ')}]`,
    ...(previously === undefined ? [] : [`previously: ["${previously}"]`]),
    '',
  ].join('\n'),
});

/** As the product is to have them; `length` of its names. */
const expected = (teams: Teams, length?: number) =>
  sorted([...teams].map(([id, people]) => [slug(id, length), people]));

export async function started(
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
