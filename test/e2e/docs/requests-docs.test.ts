/** What the docs show of clients and their requests is what `check` takes, and what docs/clients.md names exists. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../../src/core/requests/language/expression.ts';
import { EVENT_TYPES } from '../../../src/core/events/event-type.ts';
import { namesOf } from '../../../src/core/requests/language/shape.ts';
import { teamEvents } from '../../support/program.ts';
import { createRepo, tempFolder } from '../../support/sample-repo.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const DOCS = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name));
const text = readFileSync(join(ROOT, 'docs/clients.md'), 'utf8');
const section = text.slice(
  text.indexOf("## Requests in the receiver's own shape"),
  text.indexOf('## Signing'),
);

/** A block is a file, a client, a subscription, or keys of a client. */
function fileOf(block: string): string {
  const indented = (by: string): string => block.replaceAll(/^(?=.)/gm, by);
  if (/^clients:/m.test(block)) return block;
  if (/^ *- name/.test(block)) return `clients:\n${indented('  ')}`;
  if (/^ *- events?:/.test(block)) return `clients:\n  - name: a\n    subscriptions:\n${indented('      ')}`;
  return `clients:\n  - name: a\n${indented('    ')}    subscriptions: [{ events: [team.created, team.modified], url: 'https://a.example/' }]\n`;
}

/** What `check` says of the file, and how it ends. */
async function checked(
  file: string,
): Promise<{ readonly code: number | null; readonly findings: readonly object[] }> {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': 'id: a\n' });
  const path = join(tempFolder(), 'clients.yml');
  writeFileSync(path, file);
  const { code, stdout } = await teamEvents([
    'check',
    '-C',
    repo.directory,
    '--clients',
    path,
    '--format',
    'json',
  ]);
  return { code, findings: (JSON.parse(stdout) as { readonly findings: readonly object[] }).findings };
}

const blocksOf = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, block = '']) => block);

const SHOWN = ['README.md', ...DOCS].flatMap((path) =>
  blocksOf(readFileSync(join(ROOT, path), 'utf8'))
    .filter((block) => path === 'docs/clients.md' || /\bsubscriptions:|^ *- events?: team\./m.test(block))
    .map((block) => [path, block] as const),
);

/** The example by which requests in the receiver's own shape were specified, to the letter. */
const SPECIFIED = `
- name: grafana-folders
  auth: { bearer: "\${TOKEN}" }
  subscriptions:
    - event: team.created
      url: https://grafana.example.com/api/folders
      body: { uid: "\${slug(team.id, 40)}", title: "\${team.name}" }
      done: [409, 412]
    - event: team.modified
      method: PUT
      url: https://grafana.example.com/api/folders/\${slug(team.id, 40)}
      body: { title: "\${team.name}", overwrite: true }
    - event: team.deleted
      method: DELETE
      url: https://grafana.example.com/api/folders/\${slug(team.id, 40)}
      body: none
      done: [404]
- name: concourse-teams
  auth: { oauth2: { url: https://ci.example.com/sky/issuer/token, id: fly, secret: "\${SECRET}", grant: password, username: bot, password: "\${PASSWORD}" } }
  subscriptions:
    - events: [team.created, team.modified, team.members.added, team.members.removed]
      method: PUT
      url: https://ci.example.com/api/v1/teams/\${team.id}
      body:
        auth:
          owner: { users: ["local:admin"] }
          member: { users: { $map: { $eval: team.members }, "each(m)": "oidc:\${m.id}" } }
- name: gitlab-members
  auth: { bearer: "\${TOKEN}" }
  subscriptions:
    - event: team.members.removed
      each: removed                       # one request for each of these, in order; \`\${each.id}\`
      find: { user: { url: "https://gitlab.example.com/api/v4/users?username=\${each.id}", at: "[0].id", none: done } }
      method: DELETE
      url: https://gitlab.example.com/api/v4/groups/acme%2F\${team.id}/members/\${found.user}
      body: none
      done: [404]
`.slice(1);

describe('what is shown of clients', () => {
  it.each([['the specification', SPECIFIED] as const, ...SHOWN])(
    'in %s passes check:\n%s',
    async (_, block) => {
      expect(await checked(fileOf(block))).toEqual({ code: 0, findings: [] });
    },
  );

  it('is in these files', () => {
    expect([...new Set(SHOWN.map(([path]) => path))]).toEqual(
      expect.arrayContaining(['README.md', 'docs/clients.md', 'docs/consumers.md']),
    );
  });
});

describe('docs/clients.md, of requests', () => {
  it('shows three of them, every function, and every name', () => {
    expect(blocksOf(section)).toHaveLength(3);
    for (const name of Object.keys(FUNCTIONS)) expect(section).toContain(`\`${name}(`);
    for (const type of EVENT_TYPES)
      for (const name of namesOf(type, undefined, []).keys())
        expect(section).toMatch(new RegExp(`\\b${name}\\b`));
  });
});
