/** A run with `--comment`: the note of the merge request that brought a commit says what was delivered of it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { teamEvents, type Result } from '../../support/program.ts';
import { startForge, type ForgeKind } from '../../support/sample-forge.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

/** A repository with two clients, one of which can be made to fail, and cursors that stand at its first commit. */
async function siteOf(kind: ForgeKind) {
  const forge = await startForge(kind);
  const answer = { status: 204 };
  const groups = await startReceiver();
  const lists = await startReceiver((_, _response, count) => (count === 1 ? 204 : answer.status));
  const repo = createRepo();
  const folder = tempFolder();
  const clients = join(folder, 'clients.yml');
  writeFileSync(
    clients,
    `clients:\n${clientOf('groups', groups.url)}${clientOf('lists', lists.url, '    contact: "#lists"\n')}`,
  );
  repo.commit({ 'teams/a.yml': team('a', ['x']) });
  let pipeline = 100;
  const run = (more: Readonly<Record<string, string>> = {}, ...args: string[]): Promise<Result> =>
    teamEvents(
      [
        'notify',
        '-C',
        repo.directory,
        '--clients',
        clients,
        '--cursor',
        `file:${join(folder, 'cursors.json')}`,
        ...args,
      ],
      {
        env: forge.environment(++pipeline, { TEAM_EVENTS_COMMENT: kind, TEAM_EVENTS_ATTEMPTS: '1', ...more }),
      },
    );
  expect(await run({}, '--init')).toMatchObject({ code: 0 });
  return { forge, repo, run, answer };
}

/** What a note says: the verdict, and the rows of its table. */
const told = (body = ''): string[] => [
  /^### team-events: (.*)$/m.exec(body)?.[1] ?? '',
  ...[...body.matchAll(/^\| (`.*) \|$/gm)].map(([, row = '']) => row),
];

describe.each<ForgeKind>(['gitlab', 'github'])('after the merge, at %s', (kind) => {
  it('the note says who was sent what, over several runs, in place of what the check said', async () => {
    const { forge, repo, run, answer } = await siteOf(kind);
    repo.git('checkout', '--quiet', '-b', 'change');
    repo.commit({ 'teams/b.yml': team('b', ['y']), 'teams/a.yml': team('a', ['x', 'z']) });
    await teamEvents(['check', '-C', repo.directory, '--base', 'main', '--comment', kind], {
      env: forge.environment(90),
    });
    expect(told(forge.own()[0]?.body)[0]).toBe('✓ no error');
    repo.git('checkout', '--quiet', 'main');
    repo.git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'change');
    const merge = repo.git('rev-parse', 'HEAD');
    forge.notes.set(8, []);
    forge.broughtBy.set(merge, [
      { number: 7, merged: true },
      { number: 8, merged: false }, // an open one that has the same commit
    ]);

    answer.status = 503;
    expect(await run()).toMatchObject({ code: 3 });
    expect(told(forge.own()[0]?.body)).toEqual([
      '✗ 3 of 4 deliveries made, 1 client behind',
      '`lists` | 1 | 1 | ✗ blocked',
      '`groups` | 2 | 0 | ✓ done',
    ]);
    expect(forge.own()[0]?.body).toMatch(/\nlists: [^\n]*status 503[^\n]*\[#lists\]\n/);
    expect(forge.own()[0]?.body).toContain(`of \`${merge.slice(0, 12)}\`.`);

    expect(forge.own()[0]?.body).toMatch(
      /What this run did with them: \d+ events[^]*\+ b created[^]*→ groups, lists[^]*✗ lists/,
    );

    // Nothing changed, so nothing is written.
    const before = forge.requests.length;
    expect(await run()).toMatchObject({ code: 3 });
    expect(forge.requests.slice(before).map(({ method }) => method)).not.toContain(
      kind === 'gitlab' ? 'PUT' : 'PATCH',
    );

    answer.status = 204;
    expect(await run()).toMatchObject({ code: 0, stderr: '' });
    expect(told(forge.own()[0]?.body)).toEqual([
      '✓ 4 of 4 deliveries made, to 2 clients',
      '`groups` | 2 | 0 | ✓ done',
      '`lists` | 2 | 0 | ✓ done',
    ]);
    expect(forge.own()).toHaveLength(1);
    expect(forge.notes.get(8)).toEqual([]);

    // A check that is run again after the merge does not take it back, and a run with nothing to send asks nothing.
    await teamEvents(['check', '-C', repo.directory, '--comment', kind], { env: forge.environment(900) });
    expect(told(forge.own()[0]?.body)[0]).toBe('✓ 4 of 4 deliveries made, to 2 clients');
    const asked = forge.requests.length;
    expect(await run()).toMatchObject({ code: 0 });
    expect(forge.requests).toHaveLength(asked);
  });

  it('each merge request has its note, the newest twenty commits of them, and one that is locked keeps none back', async () => {
    const { forge, repo, run } = await siteOf(kind);
    for (let index = 1; index <= 22; index++) {
      const commit = repo.commit({ 'teams/a.yml': team('a', [`member-${index}`]) });
      const number = index === 22 ? 9 : index === 21 ? 8 : 7;
      forge.notes.set(number, forge.notes.get(number) ?? []);
      if (index !== 20) forge.broughtBy.set(commit, [{ number, merged: true }]);
    }
    forge.before = ({ method, path }) =>
      method === 'POST' && path.includes('/8/') ? { status: 403, json: { message: 'locked' } } : undefined;
    const { code, stderr } = await run();
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^of 22 commits only the newest 20 are told in their merge requests\nwarning: no note in the merge request: POST [^\n]*: status 403: locked\n/,
    );
    const lookups = forge.requests.filter(({ path }) => path.includes('/commits/'));
    expect(lookups).toHaveLength(20);
    expect([7, 8, 9].map((number) => forge.own(number).map(({ body }) => told(body)[0]))).toEqual([
      ['✓ 68 of 68 deliveries made, to 2 clients'],
      [],
      ['✓ 4 of 4 deliveries made, to 2 clients'],
    ]);
  });
});

it('a forge that is away costs a warning, and neither the delivery nor the exit code', async () => {
  const { forge, repo, run } = await siteOf('gitlab');
  repo.commit({ 'teams/a.yml': team('a', ['x', 'z']) });
  forge.before = () => ({ status: 401, json: { message: '401 Unauthorized' } });
  const { code, stdout, stderr } = await run();
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('1 delivered') as string });
  expect(stderr).toMatch(
    /^warning: no note in the merge request: GET [^\n]*: status 401: 401 Unauthorized\nTEAM_EVENTS_COMMENT_TOKEN is wrong/,
  );
});

it('a range that is named is told too; a dry run tells nothing', async () => {
  const { forge, repo, run } = await siteOf('gitlab');
  const commit = repo.commit({ 'teams/a.yml': team('a', ['x', 'z']) });
  forge.broughtBy.set(commit, [{ number: 7, merged: true }]);
  await run({}, '--print-events');
  expect(forge.requests).toEqual([]);
  repo.write({ 'clients.yml': `clients:\n${clientOf('one', (await startReceiver()).url)}` });
  await teamEvents(['-C', repo.directory, '--from', 'HEAD~1'], {
    env: forge.environment(2, { TEAM_EVENTS_COMMENT: 'gitlab' }),
  });
  expect(told(forge.own()[0]?.body)).toEqual([
    '✓ 1 of 1 delivery made, to 1 client',
    '`one` | 1 | 0 | ✓ done',
  ]);
});
