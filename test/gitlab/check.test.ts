/** The job that checks merge requests: its reports, and its note. */
import { describe, expect, it } from 'vitest';
import { clientOf } from '../support/receiver.ts';
import { createRemote } from '../support/sample-remote.ts';
import { COMMENT_TOKEN } from '../support/sample-forge.ts';
import { team, type Files } from '../support/sample-repo.ts';
import type { Variables } from './component.ts';
import { JOB_TOKEN, startGitLab } from './gitlab.ts';
import { runJob, type JobResult } from './runner.ts';

/** A project with a merge request, whose branch has the files. */
async function createMergeRequest(files: Files) {
  const remote = createRemote(0);
  const gitlab = await startGitLab(remote.directory);
  const { author } = remote;
  const base = author.commit({
    'clients.yml': `clients:\n${clientOf('groups', 'https://groups.example.com/hook')}`,
    'teams/a.yml': team('a', ['alice']),
  });
  author.git('push', '--quiet', 'origin', 'HEAD:main');
  author.git('checkout', '--quiet', '-b', 'topic');
  let tip = '';
  const push = (more: Files): void => {
    tip = author.commit(more);
    author.git('push', '--quiet', 'origin', `HEAD:refs/pipelines/${tip.slice(0, 8)}`);
  };
  push(files);
  const check = (variables: Variables = {}): Promise<JobResult> =>
    runJob('team-events-check', gitlab, {
      CI_COMMIT_SHA: tip,
      CI_PIPELINE_SOURCE: 'merge_request_event',
      CI_MERGE_REQUEST_IID: '7',
      CI_MERGE_REQUEST_PROJECT_ID: '42',
      CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
      ...variables,
    });
  return { author, gitlab, push, check };
}

/** The stand-in speaks http, on loopback. */
const withToken = { TEAM_EVENTS_COMMENT_TOKEN: COMMENT_TOKEN, TEAM_EVENTS_ALLOW_HOST: '127.0.0.1' };

describe('the job check', () => {
  it('shows what merging would send, and to whom', async () => {
    const { check } = await createMergeRequest({ 'teams/a.yml': team('a', ['alice', 'bob']) });
    const { code, log, artifacts } = await check();
    expect({ code, log }).toMatchObject({ code: 0 });
    expect(log).toMatch(/team\.members\.added[^]*bob[^]*groups/);
    expect(artifacts['team-events-check.txt']).not.toBe('');
    expect(JSON.parse(artifacts['gl-code-quality-report.json'] ?? '')).toEqual([]);
    expect(artifacts['team-events-check.xml']).toMatch(/^<\?xml/);
    expect(log).not.toContain(JOB_TOKEN);
  });

  it('fails where a file is broken, and says where in each report', async () => {
    const { check } = await createMergeRequest({ 'teams/b.yml': 'id: b\nmembers: [carl\n' });
    const { code, passed, log, artifacts } = await check();
    expect({ code, passed, log }).toMatchObject({ code: 4, passed: false });
    expect(log).toContain('teams/b.yml:');
    expect(JSON.parse(artifacts['gl-code-quality-report.json'] ?? '')).toEqual([
      expect.objectContaining({
        description: expect.any(String),
        check_name: expect.any(String),
        fingerprint: expect.any(String),
        severity: expect.stringMatching(/^(?:info|minor|major|critical|blocker)$/),
        location: { path: 'teams/b.yml', lines: { begin: expect.any(Number) } },
      }),
    ]);
    expect(artifacts['team-events-check.xml']).toMatch(/<failure[^]*teams\/b\.yml/);
  });

  it('compares merged results with the newest commit of the target', async () => {
    const { author, push, check } = await createMergeRequest({ 'teams/b.yml': team('b', ['bob']) });
    const topic = author.git('rev-parse', 'HEAD');
    author.git('checkout', '--quiet', 'main');
    const target = author.commit({ 'teams/a.yml': team('a', ['alice', 'carl']) });
    author.git('push', '--quiet', 'origin', 'main');
    author.git('merge', '--quiet', '--no-ff', '--no-commit', topic);
    push({});
    const { code, log } = await check({ CI_MERGE_REQUEST_TARGET_BRANCH_SHA: target });
    expect({ code, log }).toMatchObject({ code: 0 });
    expect(log).toMatch(/team\.created/);
    expect(log).not.toMatch(/carl/);
  });

  it('keeps one note in the merge request, beside all others', async () => {
    const { gitlab, push, check } = await createMergeRequest({ 'teams/a.yml': team('a', ['alice', 'bob']) });
    const notes = gitlab.notes.get(7) ?? [];
    notes.push({ id: 1, body: 'a note', author: 'ann' });
    expect(await check(withToken)).toMatchObject({ code: 0 });
    expect(notes).toHaveLength(2);
    expect(notes[1]?.body).toMatch(/1 team\.members\.added[^]*bob[^]*jobs\/1001/);

    // A fence in a file does not end that of the note, after which GitLab would take a line as a command.
    push({ 'teams/b.yml': team('b', ['"````carl"']) });
    for (let id = 3; id <= 110; id++) notes.push({ id, body: `note ${id}`, author: 'ann' });
    expect(await check(withToken)).toMatchObject({ code: 0 });
    expect(notes).toHaveLength(110);
    const { body = '' } = notes[1] ?? {};
    expect(body).toContain('````carl');
    const [, fence = ''] = /\n(`{5,})text\n/.exec(body) ?? [];
    expect(body.split(fence)).toHaveLength(3);
  });

  it('tells where the note is refused, and does not fail for it', async () => {
    const { gitlab, check } = await createMergeRequest({ 'teams/a.yml': team('a', ['alice', 'bob']) });
    const wrong = 'wrong-token-0123456789abcdef';
    const { code, log } = await check({ ...withToken, TEAM_EVENTS_COMMENT_TOKEN: wrong });
    expect({ code, log }).toEqual({
      code: 0,
      log: expect.stringMatching(/no note in the merge request: [^\n]*: status 401/),
    });
    expect(log).not.toContain(wrong);
    expect(gitlab.notes.get(7)).toEqual([]);
  });
});
