/** `check --comment`: one note in the merge request, the newest pipeline's, whatever else happens there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientOf } from '../../support/receiver.ts';
import { startTeamEvents, teamEvents, type Result } from '../../support/program.ts';
import { COMMENT_TOKEN, startForge, type ForgeKind, type SampleForge } from '../../support/sample-forge.ts';
import { createRepo, team, tempFolder, type SampleRepo } from '../../support/sample-repo.ts';

const KINDS: readonly ForgeKind[] = ['gitlab', 'github'];

function siteOf(): SampleRepo {
  const repo = createRepo();
  repo.commit({
    'teams/a.yml': team('a', ['x']),
    'clients.yml': `clients:\n${clientOf('groups', 'https://groups.example.com/')}`,
  });
  repo.git('checkout', '--quiet', '-b', 'change');
  repo.commit({ 'teams/a.yml': team('a', ['x', 'y']) });
  return repo;
}

const comment = (
  repo: SampleRepo,
  { kind, environment }: SampleForge,
  pipeline: number,
  more: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<Result> =>
  teamEvents(['check', '-C', repo.directory, '--base', 'main', '--comment', kind, ...args], {
    env: environment(pipeline, more),
  });

const other = (id: number, body: string, author = 'ann') => ({ id, body, author });

describe.each(KINDS)('one note at %s', (kind) => {
  it('is written, and rewritten by the next pipeline, among any number of others', async () => {
    const [repo, forge] = [siteOf(), await startForge(kind)];
    const notes = forge.notes.get(7) ?? [];
    // The marker by somebody else, of a pipeline that will never be reached.
    notes.push(
      other(1, `<!-- team-events {"kind":"run","commit":"${'a'.repeat(40)}","pipeline":[999999,1]} -->`),
    );
    for (let id = 2; id <= 60; id++)
      notes.push({ ...other(id, `note ${id}`), hidden: id < 50, system: id === 55 });
    expect(await comment(repo, forge, 1)).toMatchObject({ code: 0, stderr: '' });
    expect(notes).toHaveLength(61);
    const [id, first = ''] = [notes[60]?.id, notes[60]?.body];
    expect(first).toMatch(
      /^<!-- team-events \{"kind":"check","commit":"[0-9a-f]{40}","pipeline":\[1,\d+\]\} -->\n### team-events: ✓ no error\n/,
    );
    expect(first).toMatch(/Checked \[`[0-9a-f]{12}`\]\(https:\/\/git\w+\.example\.com\/[\w/-]+\/\d+\)\.\n$/);

    for (let next = 62; next <= 130; next++) notes.push(other(next, `note ${next}`));
    repo.commit({ 'teams/b.yml': team('b', ['z']) });
    expect(await comment(repo, forge, 2)).toMatchObject({ code: 0, stderr: '' });
    expect(notes).toHaveLength(130);
    expect(notes[60]).toMatchObject({
      id,
      body: expect.stringMatching(/\[2,\d+\][^]*team\.created/) as string,
    });

    const older = await comment(repo, forge, 1);
    expect(older).toMatchObject({
      code: 0,
      stderr: 'the note in the merge request is of a newer pipeline, and was left as it is\n',
    });
    expect(notes[60]?.body).toContain('"pipeline":[2,');
  });

  it('is written after all where the forge is overloaded for a moment', async () => {
    const [repo, forge] = [siteOf(), await startForge(kind)];
    const answers = [
      { status: 502 },
      { status: 429, headers: { 'retry-after': '0' }, json: { message: 'Retry later' } },
      { status: 500, json: { message: '500 Internal Server Error' } },
    ];
    forge.before = ({ path }) => (path.endsWith('/user') ? undefined : answers.shift());
    expect(await comment(repo, forge, 1)).toMatchObject({ code: 0, stderr: '' });
    expect(answers).toEqual([]);
    expect(forge.own()).toHaveLength(1);
  });

  it('costs no exit code of the check: neither a success nor a failure is hidden', async () => {
    const [repo, forge] = [siteOf(), await startForge(kind)];
    repo.commit({ 'teams/a.yml': '[' });
    const broken = await comment(repo, forge, 1);
    expect(broken).toMatchObject({ code: 4, stderr: '' });
    expect(forge.own()[0]?.body).toContain('### team-events: ✗ 1 error');
    forge.before = () => ({ status: 403, json: { message: 'insufficient_scope' } });
    const refused = await comment(repo, forge, 2);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(
      /^warning: no note in the merge request: GET http[^\n]+: status 403: insufficient_scope\n/,
    );
  });

  it('says that nothing could be checked, in place of what an earlier pipeline has found', async () => {
    const [repo, forge] = [siteOf(), await startForge(kind)];
    const { code, stderr } = await comment(repo, forge, 1, {}, ['--base', 'gone']);
    expect({ code, stderr }).toEqual({ code: 6, stderr: expect.stringMatching(/^error: /) as string });
    expect(forge.own()[0]?.body).toMatch(/\n### team-events: ✗ it could not be checked\n\n```text\n.*gone/);
  });

  it.each<[string, number, Record<string, string>, RegExp]>([
    [
      'a merge request that is not there',
      404,
      { CI_MERGE_REQUEST_IID: '99', GITHUB_REF: 'refs/pull/99/merge' },
      /status 404: [^\n]*\n[^\n]*does not see/,
    ],
    [
      'an address that is none',
      404,
      { CI_API_V4_URL: 'gitlab', GITHUB_API_URL: 'github' },
      /is no address of an API\n/,
    ],
    [
      'the limits that GitHub tells in words',
      403,
      {},
      /status 403: You have exceeded a secondary rate limit[^\n]*: it asks to wait 60 s\n/,
    ],
    [
      'a wrong token',
      401,
      { TEAM_EVENTS_COMMENT_TOKEN: 'wrong-token-0123456789abcdef' },
      /status 401: [^\n]*\n[^\n]*(?:wrong|expired)/,
    ],
    ['a redirect', 302, {}, /status 302: it leads to https:\/\/login\.example\.com\/\n/],
    ['a page of a proxy', 200, {}, /the answer is no JSON\n|no list came back\n/],
    ['a long wait', 429, {}, /it asks to wait 3600 s\n/],
  ])('says what to do about %s', async (_, status, more, told) => {
    const [repo, forge] = [siteOf(), await startForge(kind)];
    if (![401, 404].includes(status))
      forge.before = () => ({
        status,
        json: status === 403 ? { message: 'You have exceeded a secondary rate limit' } : 'Please log in',
        headers: {
          ...(status === 302 ? { location: 'https://login.example.com/?token=secret' } : {}),
          ...(status === 429 ? { 'retry-after': '3600' } : {}),
        },
      });
    const { code, stderr } = await comment(repo, forge, 1, more);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(told) as string });
    expect(stderr).not.toMatch(/secret|wrong-token/);
  });

  it('says which variable is missing, and that the host has to be allowed', async () => {
    const [repo, forge] = [siteOf(), await startForge(kind)];
    const number = kind === 'gitlab' ? 'CI_MERGE_REQUEST_IID' : 'GITHUB_REF';
    const cases: readonly (readonly [string, string])[] = [
      ['TEAM_EVENTS_COMMENT_TOKEN', 'TEAM_EVENTS_COMMENT_TOKEN'],
      [number, number],
      [kind === 'gitlab' ? 'CI_PROJECT_ID' : 'GITHUB_REPOSITORY', 'is not set'],
      ['TEAM_EVENTS_ALLOW_HOST', '--allow-host'],
    ];
    for (const [variable, told] of cases) {
      const { code, stderr } = await comment(repo, forge, 1, { [variable]: '' });
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(told) as string });
    }
    expect(forge.own()).toEqual([]);
  });

  it('is sent the token in a header only, which is printed nowhere, as a process of its own too', async () => {
    const [repo, forge] = [siteOf(), await startForge(kind)];
    repo.commit({ 'teams/a.yml': team('a', ['x', COMMENT_TOKEN]) });
    const args = ['check', '-C', repo.directory, '--base', 'main', '--comment', kind, '--format', 'gitlab'];
    const { code, stdout, stderr } = await startTeamEvents(args, { env: forge.environment(1) });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
    const header = kind === 'gitlab' ? 'private-token' : 'authorization';
    for (const { path, query, headers, body } of forge.requests) {
      expect(headers[header]).toContain(COMMENT_TOKEN);
      expect(JSON.stringify([path, query.toString(), body, { ...headers, [header]: '' }])).not.toContain(
        COMMENT_TOKEN,
      );
    }
    // A team file that holds the token by chance does not bring it into the note.
    expect(forge.own()[0]?.body).toContain('***');
  });
});

it('ends with the newer text where two write at once (more orders: test/unit/run/comment), whoever is slower', async () => {
  const [repo, forge] = [siteOf(), await startForge('gitlab')];
  // Nobody writes before both have seen that there is no note; then the older one writes last.
  const writing: (() => void)[] = [];
  forge.before = async ({ method }) => {
    if (method !== 'POST') return;
    await new Promise<void>((resolve) => {
      writing.push(resolve);
      if (writing.length === 2) writing.forEach((go) => go());
      if (writing.length > 2) resolve();
    });
  };
  const results = await Promise.all([comment(repo, forge, 8), comment(repo, forge, 9)]);
  expect(results.map(({ code }) => code)).toEqual([0, 0]);
  expect(forge.own()).toEqual([
    expect.objectContaining({ body: expect.stringContaining('"pipeline":[9,') as string }),
  ]);
});

it('outside of CI, the note of a commit that leads to this one is older', async () => {
  const [repo, forge] = [siteOf(), await startForge('gitlab')];
  const none = { CI_PIPELINE_ID: '' };
  await comment(repo, forge, 0, none);
  const tip = repo.commit({ 'teams/b.yml': team('b', []) });
  await comment(repo, forge, 0, none);
  expect(forge.own()[0]?.body).toContain(tip);
  const { stderr } = await comment(repo, forge, 0, none, ['--to', 'HEAD~1']);
  expect(stderr).toContain('is of a newer pipeline');
  expect(forge.own()).toEqual([expect.objectContaining({ body: expect.stringContaining(tip) as string })]);
});

describe('which merge request it is', () => {
  it('is that of the project that a fork goes to', async () => {
    const [repo, forge] = [siteOf(), await startForge('gitlab')];
    await comment(repo, forge, 1, { CI_PROJECT_ID: '99', CI_MERGE_REQUEST_PROJECT_ID: '42' });
    expect(forge.own()).toHaveLength(1);
  });

  it('is what the event says where the ref is that of the target', async () => {
    const [repo, forge] = [siteOf(), await startForge('github')];
    const event = join(tempFolder(), 'event.json');
    writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }));
    await comment(repo, forge, 1, { GITHUB_REF: 'refs/heads/main', GITHUB_EVENT_PATH: event });
    expect(forge.own()).toHaveLength(1);
    writeFileSync(event, '{');
    const { stderr } = await comment(repo, forge, 2, {
      GITHUB_REF: 'refs/heads/main',
      GITHUB_EVENT_PATH: event,
    });
    expect(stderr).toContain('GITHUB_REF (refs/pull/…) is not set');
  });

  it('is written with the token of the workflow if there is no other', async () => {
    const [repo, forge] = [siteOf(), await startForge('github')];
    await comment(repo, forge, 1, { TEAM_EVENTS_COMMENT_TOKEN: '', GITHUB_TOKEN: COMMENT_TOKEN });
    expect(forge.own()).toHaveLength(1);
  });
});
