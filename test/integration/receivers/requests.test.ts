/** What each recipe asks of its product, byte for byte; `requests.txt` has it from the documentation of the products. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../support/sample-api.ts';
import { createRepo, tempFolder } from '../../support/sample-repo.ts';
import { startProduct } from './products/product.ts';
import { clientsOf, EXAMPLES, PRODUCTS, recipe, RECIPES, run } from './recipe.ts';

const TABLE = readFileSync(fileURLToPath(new URL('requests.txt', import.meta.url)), 'utf8');

const person = (id: string): string => `{ id: ${id}, email: ${id}@example.com }`;
const team = (id: string, name: string, people: readonly string[], more = ''): string =>
  `id: ${id}\nname: ${name}\nmembers: [${people.map(person).join(', ')}]\n${more}`;
const STORY: readonly (readonly [what: string, file: string | null])[] = [
  ['made', team('Pay 1', 'Payments', ['alice', 'bob'])],
  ['one left, one joined', team('Pay 1', 'Payments', ['bob', 'carol'])],
  ['another name', team('Pay 1', `'"Pay" & {a: 1}'`, ['bob', 'carol'])],
  ['another id', team('pay', `'"Pay" & {a: 1}'`, ['bob', 'carol'], 'previously: [Pay 1]\n')],
  ['gone', null],
];

/** `METHOD path`, and where there is a body, its type and its text. */
const written = ({ method, path, headers, body }: ApiRequest): string =>
  `${method} ${path}${body === '' ? '' : ` ${headers['content-type']} ${body}`}`;

describe('the recipes', () => {
  it('are those of examples/receivers', () => {
    expect(readdirSync(EXAMPLES).sort()).toEqual(RECIPES.map((name) => `${name}.yml`).sort());
  });

  it.each(RECIPES)(
    '%s: asks for what the documentation of the product has, after each commit',
    async (name) => {
      const product = PRODUCTS[name]();
      const api = await startProduct(product);
      const clients = recipe(name, product, api);
      const repo = createRepo(tempFolder(), { origin: 'https://git.example.com/acme/teams.git' });
      const lines = [`## ${name}`];
      let from = 'root';
      for (const [what, file] of STORY) {
        const to = repo.commit({ 'teams/pay.yml': file }, what);
        lines.push(`# ${what}`);
        for (const client of clientsOf(name)) {
          const before = api.requests.length;
          const result = await run(clients, repo.directory, '--from', from, '--to', to, '--client', client);
          expect(result, `${client}: ${what}`).toMatchObject({ code: 0 });
          lines.push(...api.requests.slice(before).map(written));
        }
        from = to;
      }
      expect(lines).toEqual(sectionOf(name));
      expect(product.teams?.() ?? {}).not.toHaveProperty('pay');
    },
  );
});

function sectionOf(name: string): string[] {
  const [, section = ''] = new RegExp(`^(## ${name}\n[^]*?)\n*(?=^## |(?![^]))`, 'm').exec(TABLE) ?? [];
  return section.split('\n');
}
