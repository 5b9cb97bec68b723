/** The requests that would be made, as the dry run, `check --base` and `send` show them. */
import { describe, expect, it } from 'vitest';
import { teamEvents } from '../../support/program.ts';
import { clientsFile } from '../../support/receiver.ts';
import { startApi } from '../../support/sample-api.ts';
import { createRepo, team, type SampleRepo } from '../../support/sample-repo.ts';

const CLIENTS =
  "  - name: one\n    auth: { bearer: '${TOKEN}' }\n    subscriptions:\n" +
  "      - { event: team.created, url: 'https://a.example/${SPACE}/${team.id}', query: { key: '${KEY}', by: '${commit.author.name}' }, body: { title: '${team.name}', key: '${KEY}' } }\n" +
  "      - { event: team.deleted, method: DELETE, url: 'https://a.example/${team.id}', body: none }\n" +
  '  - name: people\n    subscriptions:\n' +
  "      - { event: team.members.added, each: added, find: { user: { url: 'https://a.example/users?name=${each.id}', at: id } }, url: 'https://a.example/${found.user}', body: { id: { $eval: found.user } } }\n" +
  "  - name: plain\n    subscriptions: [{ event: team.created, url: 'https://b.example/' }]\n";

function repo(): SampleRepo {
  const made = createRepo();
  made.commit({
    'teams/a b.yml': team('a b', ['u', 'v', 'w', 'x', 'y'], 'name: "A \\u001b[31m::error::"\n'),
  });
  return made;
}

const CREATED =
  'one: POST https://a.example/${SPACE}/a%20b?key=${KEY}&by=Ann+Author {"title":"A \\u001b[31m::error::","key":"${KEY}"}';

describe('the requests that would be made', () => {
  it('are shown by the dry run, with variables and what is to be found by name', async () => {
    const clients = clientsFile(CLIENTS);
    const { directory } = repo();
    const args = ['-C', directory, '--print-events', '--from', 'root', '--clients', clients];
    const { code, stdout } = await teamEvents(args);
    expect(code).toBe(0);
    const lines = stdout.split('\n').map((line) => line.trim());
    expect(lines).toContain(CREATED);
    expect(lines.filter((line) => line.startsWith('people: '))).toEqual([
      ...['u', 'v', 'w'].flatMap((name) => [
        `people: GET https://a.example/users?name=${name}`,
        'people: POST https://a.example/${found.user} {"id":"${found.user}"}',
      ]),
      'people: … and so for 2 more members',
    ]);
    expect(stdout).not.toContain('plain: ');

    const json = JSON.parse((await teamEvents([...args, '--format', 'json'])).stdout) as {
      readonly events: readonly { readonly id: string; readonly type: string }[];
      readonly requests: Readonly<Record<string, Readonly<Record<string, readonly object[]>>>>;
    };
    const created = json.events.find(({ type }) => type === 'team.created')?.id ?? '';
    expect(json.requests[created]).toEqual({
      one: [
        {
          method: 'POST',
          url: 'https://a.example/${SPACE}/a%20b?key=${KEY}&by=Ann+Author',
          body: '{"title":"A \\u001b[31m::error::","key":"${KEY}"}',
        },
      ],
    });
  });

  it('are shown by check --base, before a merge', async () => {
    const made = createRepo();
    const base = made.commit({ 'teams/z.yml': 'id: z\n' });
    made.commit({ 'teams/a b.yml': 'id: a b\n', 'teams/z.yml': null });
    const args = ['check', '-C', made.directory, '--base', base, '--clients', clientsFile(CLIENTS)];
    const { stdout } = await teamEvents(args);
    expect(stdout).toContain(
      'one: POST https://a.example/${SPACE}/a%20b?key=${KEY}&by=Ann+Author {"title":"a b","key":"${KEY}"}',
    );
    expect(stdout).toContain('one: DELETE https://a.example/z\n');
    const { merge } = JSON.parse((await teamEvents([...args, '--format', 'json'])).stdout) as {
      readonly merge: { readonly requests: Readonly<Record<string, object>> };
    };
    expect(Object.values(merge.requests)).toContainEqual({
      one: [{ method: 'DELETE', url: 'https://a.example/z', body: '' }],
    });
  });

  it.each<[string, (base: string) => readonly string[]]>([
    ['the dry run', () => ['--print-events', '--from', 'root']],
    ['check --base', (base) => ['check', '--base', base]],
  ])('are shown in pages and comments of %s, folded, and nothing in them is markup', async (_, args) => {
    const made = createRepo();
    const base = made.commit({ 'teams/z.yml': 'id: z\n' });
    made.commit({ 'teams/a.yml': team('a', ['u'], 'name: "</code><script>x</script> `@all` |"\n') });
    const common = [...args(base), '-C', made.directory, '--clients', clientsFile(CLIENTS), '--format'];
    const { stdout: comment } = await teamEvents([...common, 'markdown']);
    const lines = comment.split('\n').map((line) => line.trim());
    const fence = lines.findIndex((line) => line.startsWith('`'.repeat(3)));
    const request = lines.findIndex((line) =>
      line.startsWith(
        'one: POST https://a.example/${SPACE}/a?key=${KEY}&by=Ann+Author {"title":"</code><script>x',
      ),
    );
    expect(lines.slice(0, request).filter((line) => line.startsWith('<details>'))).toHaveLength(1);
    expect(fence).toBeGreaterThan(-1);
    expect(request).toBeGreaterThan(fence);
    expect(lines).toContain('people: GET https://a.example/users?name=u');

    const { stdout: page } = await teamEvents([...common, 'html']);
    expect(page).toContain(
      '<div><code>one: POST https://a.example/${SPACE}/a?key=${KEY}&amp;by=Ann+Author {&quot;title&quot;:&quot;&lt;/code&gt;&lt;script&gt;x&lt;/script&gt; `@all` |&quot;,',
    );
    expect(page).toContain('<details><summary>requests</summary>');
    expect(page).toContain('<div><code>people: GET https://a.example/users?name=u</code></div>');
    expect(page).not.toContain('<script>x');
  });

  it('are shown by send; to another url they go there, and nobody is asked first', async () => {
    const api = await startApi();
    const to = (client: string): string[] => [
      'send',
      '--client',
      client,
      '--clients',
      clientsFile(CLIENTS),
      '--to',
      `${api.url}/here`,
      '--allow-host',
      '127.0.0.1',
    ];
    const env = { TOKEN: 's3cret', SPACE: 'sp4ce', KEY: 'k3y' };
    const { code, stdout, stderr } = await teamEvents(to('one'), {
      env: Object.fromEntries(
        Object.entries(env).map(([name, value]) => [`TEAM_EVENTS_CLIENT_ONE__${name}`, value]),
      ),
    });
    expect(code).toBe(0);
    expect(stderr).toContain(`team.created: POST ${api.url}/here {"title":"Sample team","key":"\${KEY}"}`);
    expect(`${stdout}${stderr}`).not.toMatch(/s3cret|sp4ce|k3y/);
    expect(api.requests.map(({ method, path, body }) => `${method} ${path} ${body}`)).toEqual([
      'POST /here {"title":"Sample team","key":"k3y"}',
      'DELETE /here ',
    ]);
    expect(await teamEvents(to('people'))).toMatchObject({ code: 0 });
    expect(api.requests.at(-1)?.body).toBe('{"id":"${found.user}"}');
  });
});
