/** The job that tells the clients, on a real clone over HTTP with real receivers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientOf, startReceiver, type Receiver } from '../support/receiver.ts';
import { brief } from '../support/program.ts';
import { COMMENT_TOKEN } from '../support/sample-forge.ts';
import { createRemote, type SampleRemote } from '../support/sample-remote.ts';
import { team, type Files } from '../support/sample-repo.ts';
import type { Variables } from './component.ts';
import { JOB_TOKEN, PUSH_TOKEN, startGitLab } from './gitlab.ts';
import { runJob, type JobResult } from './runner.ts';

const SECRET = `whsec_${Buffer.from('a secret of 24 bytes, so').toString('base64')}`;
const eventsOf = ({ accepted }: Receiver): string[] => brief(accepted.map(({ event }) => event));

/** A project with two clients, one of which answers what `status` says at the time. */
async function createProject() {
  const remote = createRemote(0);
  remote.author.git('-C', remote.directory, 'config', 'receive.advertisePushOptions', 'true');
  remote.hook('post-receive', 'echo "$GIT_PUSH_OPTION_0" >> push-options');
  const gitlab = await startGitLab(remote.directory);
  const state = { status: 204 };
  const weak = await startReceiver(() => state.status);
  const strong = await startReceiver();
  push(remote, {
    'clients.yml':
      'clients:\n' +
      clientOf('weak', weak.url, "    start: snapshot\n    secrets: ['${SECRET}']\n") +
      clientOf('strong', strong.url),
    'teams/a.yml': team('a', ['alice']),
  });
  const notify = (variables: Variables = {}, shell?: 'sh' | 'bash'): Promise<JobResult> =>
    runJob(
      'team-events-notify',
      gitlab,
      {
        CI_COMMIT_SHA: remote.git('rev-parse', 'main'),
        CI_COMMIT_BRANCH: 'main',
        CI_PIPELINE_SOURCE: 'push',
        TEAM_EVENTS_SECRETS: JSON.stringify({ weak: { SECRET } }),
        TEAM_EVENTS_GIT_TOKEN: PUSH_TOKEN,
        TEAM_EVENTS_ALLOW_HOST: '127.0.0.1',
        TEAM_EVENTS_ATTEMPTS: '1',
        ...variables,
      },
      shell,
    );
  return { remote, gitlab, weak, strong, state, notify };
}

/** Commits and pushes, and keeps for a pipeline what it is of. */
function push(remote: SampleRemote, files: Files): void {
  const id = remote.author.commit(files);
  remote.author.git('push', '--quiet', 'origin', 'HEAD:main', `HEAD:refs/pipelines/${id.slice(0, 8)}`);
}

describe('the job notify', () => {
  it.each(['sh', 'bash'] as const)('tells clients, and goes on where one was down (%s)', async (shell) => {
    const { remote, weak, strong, state, notify } = await createProject();
    const cursor = (client: string): string => remote.git('rev-parse', `team-events/${client}^{commit}`);

    // The first pipeline of all is let begin by a person.
    expect(await notify({}, shell)).toMatchObject({ code: 8, passed: false });
    expect(weak.requests).toHaveLength(0);
    const first = await notify({ CI_PIPELINE_SOURCE: 'web', TEAM_EVENTS_INIT: 'true' }, shell);
    expect(first).toMatchObject({ code: 0, log: expect.stringContaining('✓ weak') });
    expect(eventsOf(weak)).toEqual(['team.created a']);

    state.status = 503;
    push(remote, { 'teams/a.yml': team('a', ['alice', 'bob']) });
    const down = await notify({}, shell);
    expect(down).toMatchObject({ code: 3, passed: true });
    expect(JSON.parse(down.artifacts['team-events-report.json'] ?? '')).toMatchObject({ exitCode: 3 });
    expect(eventsOf(strong)).toEqual(['team.members.added a']);
    expect(cursor('strong')).toBe(remote.git('rev-parse', 'main'));
    expect(cursor('weak')).not.toBe(cursor('strong'));

    state.status = 204;
    const scheduled = await notify({ CI_PIPELINE_SOURCE: 'schedule' }, shell);
    expect(scheduled).toMatchObject({ code: 0, passed: true });
    expect(eventsOf(weak)).toEqual(['team.created a', 'team.members.added a']);
    expect(eventsOf(strong)).toHaveLength(1);
    expect(cursor('weak')).toBe(remote.git('rev-parse', 'main'));

    const held = remote.git('for-each-ref', '--format=%(contents)', 'refs/tags');
    expect(held).toContain('https://gitlab.example.com/platform/teams/-/jobs/1001');
    const told = [first, down, scheduled].flatMap(({ log, artifacts }) => [log, ...Object.values(artifacts)]);
    const sent = [...weak.requests, ...strong.requests].map(
      ({ body, headers }) => body + JSON.stringify(headers),
    );
    const everything = [held, ...told, ...sent].join('\n');
    for (const secret of [JOB_TOKEN, PUSH_TOKEN, SECRET]) expect(everything).not.toContain(secret);
  });

  it('says in the merge request what was delivered of it, where there is a token', async () => {
    const { remote, gitlab, notify } = await createProject();
    const withToken = { TEAM_EVENTS_COMMENT_TOKEN: COMMENT_TOKEN, TEAM_EVENTS_INIT: 'true' };
    await notify(withToken);
    push(remote, { 'teams/a.yml': team('a', ['alice', 'bob']) });
    gitlab.broughtBy.set(remote.git('rev-parse', 'main'), [{ number: 7, merged: true }]);
    expect(await notify(withToken)).toMatchObject({ code: 0 });
    const [note, ...others] = gitlab.notes.get(7) ?? [];
    expect(others).toEqual([]);
    expect(note?.body).toMatch(/### team-events: ✓ 2 of 2 deliveries made, to 2 clients[^]*jobs\/1001/);
  });

  it('asks GitLab to start nothing for a moved tag', async () => {
    const { remote, notify } = await createProject();
    await notify({ TEAM_EVENTS_INIT: 'true' });
    const options = readFileSync(join(remote.directory, 'push-options'), 'utf8').trim().split('\n');
    // The first is that of the commit itself.
    expect(options.length).toBeGreaterThan(1);
    expect(new Set(options.slice(1))).toEqual(new Set(['ci.skip']));
  });

  it('says so where a variable of the project gives it a depth', async () => {
    const { remote, weak, notify } = await createProject();
    push(remote, { 'teams/a.yml': team('a', ['alice', 'bob']) });
    const result = await notify({ TEAM_EVENTS_INIT: 'true', GIT_DEPTH: '1' });
    expect(result).toMatchObject({ code: 6, passed: false, log: expect.stringContaining('GIT_DEPTH: 0') });
    expect(weak.requests).toHaveLength(0);
  });

  it('takes the policy of the operator instead of its own', async () => {
    const { remote, notify } = await createProject();
    const policy = join(remote.directory, 'policy.yml');
    const result = await notify({ TEAM_EVENTS_POLICY: policy });
    expect(result).toMatchObject({ code: 2, log: expect.stringContaining(policy) });
  });

  it('cannot move tags with the token of the job alone, and says so without it', async () => {
    const { weak, notify } = await createProject();
    const result = await notify({ TEAM_EVENTS_GIT_TOKEN: '', TEAM_EVENTS_INIT: 'true' });
    expect(result).toMatchObject({ code: 8, passed: false });
    expect(result.log).not.toContain(JOB_TOKEN);
    expect(weak.requests).toHaveLength(0);
  });

  it('says what GitLab says where the tags are protected: nobody may move them', async () => {
    const { remote, notify } = await createProject();
    remote.hook(
      'update',
      `case "$1 $2" in
        refs/tags/*' '*[1-9a-f]*) echo 'GitLab: Protected tags cannot be updated.' >&2; exit 1 ;;
      esac`,
    );
    const result = await notify({ TEAM_EVENTS_INIT: 'true' });
    expect(result).toMatchObject({
      code: 8,
      passed: false,
      log: expect.stringContaining('Protected tags cannot be updated'),
    });
  });
});
