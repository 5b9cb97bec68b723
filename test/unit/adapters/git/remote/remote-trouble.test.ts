/**
 * What servers say, and what mends it. The words are theirs:
 * - GitLab (gitlabhq/gitlabhq at 076c0771): lib/gitlab/checks/tag_check.rb, ERROR_MESSAGES of lib/gitlab/git_access.rb
 * - Gitea (go-gitea/gitea at 006f216f, 00ab55dc, 005de178): routers/private/hook_pre_receive.go, routers/private/serv.go,
 *   routers/web/repo/githttp.go
 * - GitHub, whose source is not public: docs.github.com on SSH, cloning and rules; its rules as public issues quote them
 * - git 2.39
 */
import { describe, expect, it } from 'vitest';
import { troubleOf, type RemoteTrouble } from '../../../../../src/adapters/git/remote/remote-trouble.ts';

const HTTP_403 =
  "fatal: unable to access 'https://git.example.com/acme/teams.git/': The requested URL returned error: 403";

const SAID: readonly (readonly [server: string, words: string, kind: RemoteTrouble['kind']])[] = [
  ['GitLab', 'GitLab: Protected tags cannot be updated.', 'protected tag'],
  ['GitLab', 'GitLab: You are not allowed to create this tag as it is protected.', 'protected tag'],
  ['GitLab', 'GitLab: You cannot create a tag with a prohibited pattern.', 'protected tag'],
  ['GitLab', 'GitLab: You are not allowed to change existing tags on this project.', 'no permission'],
  ['GitLab', 'ERROR: This deploy key does not have write access to this project.', 'read-only key'],
  ['GitLab', `remote: You are not allowed to upload code.\n${HTTP_403}`, 'token without write'],
  ['GitLab', 'remote: You are not allowed to upload code for this project.', 'no permission'],
  ['GitLab', `remote: You are not allowed to push code to this project.\n${HTTP_403}`, 'no permission'],
  ['GitLab', "remote: You can't push code to a read-only GitLab instance.", 'read-only server'],
  ['GitLab', 'The repository is temporarily read-only. Please try again later.', 'read-only server'],
  [
    'GitLab',
    "The project you were looking for could not be found or you don't have permission to view it.",
    'not found',
  ],
  ['GitLab', 'remote: HTTP Basic: Access denied. The provided password or token is incorrect', 'login'],
  ['GitLab', 'remote: GitLab: Failed to authorize your Git request: internal API unreachable', 'away'],
  [
    'GitLab',
    'Your push has been rejected, because this repository has exceeded its size limit of 1 GB',
    'no room',
  ],
  ['Gitea', 'Gitea: Tag team-events/mail is protected', 'protected tag'],
  ['Gitea', 'Gitea: User permission denied for writing.', 'no permission'],
  ['Gitea', 'Gitea: Deploy Key: 3:ci is not authorized to write to acme/teams.', 'read-only key'],
  ['Gitea', 'Gitea: User: 5:bot with Key: 7:ci is not authorized to write to acme/teams.', 'no permission'],
  ['Gitea', 'Gitea: Repo: acme/teams is archived.', 'archived'],
  [
    'Gitea',
    `remote: This repo is archived. You can view files and clone it, but cannot push\n${HTTP_403}`,
    'archived',
  ],
  ['Gitea', 'Gitea: Mirror Repository acme/teams is read-only', 'mirror'],
  ['Gitea', HTTP_403, 'forbidden'], // a token without write:repository
  [
    'GitHub',
    'push declined due to repository rule violations\nerror: GH013: Repository rule violations found for refs/tags/team-events/mail.\n- Cannot update this protected ref.',
    'protected tag',
  ],
  ['GitHub', '- Cannot create ref due to creations being restricted.', 'protected tag'],
  ['GitHub', 'ERROR: The key you are authenticating with has been marked as read only.', 'read-only key'],
  ['GitHub', 'ERROR: Permission to acme/teams.git denied to deploy key', 'read-only key'],
  ['GitHub', `remote: Permission to acme/teams.git denied to bot.\n${HTTP_403}`, 'no permission'],
  ['GitHub', `remote: Write access to repository not granted.\n${HTTP_403}`, 'token without write'],
  ['GitHub', `remote: This repository was archived so it is read-only.\n${HTTP_403}`, 'archived'],
  [
    'GitHub',
    "remote: Repository not found.\nfatal: repository 'https://github.com/acme/teams/' not found",
    'not found',
  ],
  [
    'git',
    'git@example.com: Permission denied (publickey).\nfatal: Could not read from remote repository.',
    'login',
  ],
  ['git', "fatal: could not read Username for 'https://example.com': terminal prompts disabled", 'login'],
  ['git', "fatal: Authentication failed for 'https://example.com/acme/teams.git/'", 'login'],
  ['git', 'Host key verification failed.\nfatal: Could not read from remote repository.', 'host key'],
  ['git', 'fatal: unable to access: SSL certificate problem: self-signed certificate', 'certificate'],
  ['git', "fatal: '/srv/teams.git' does not appear to be a git repository", 'not found'],
  [
    'git',
    "failed to update ref\nerror: cannot lock ref 'refs/tags/te/a': Unable to create '/srv/t.git/refs/tags/te/a.lock': File exists.",
    'lock left behind',
  ],
  ['git', 'remote: fatal: write error: No space left on device', 'no room'],
  ['git', "fatal: unable to access 'https://example.com/': Could not resolve host: example.com", 'away'],
  ['git', 'ssh: connect to host example.com port 22: Connection refused', 'away'],
  ['git', 'fatal: unable to access: The requested URL returned error: 502', 'away'],
  ['git', 'error: RPC failed; HTTP 503 curl 22 The requested URL returned error: 503', 'away'],
  ['git', 'fatal: unable to access: The requested URL returned error: 429', 'away'],
  ['git', 'fatal: the remote end hung up unexpectedly', 'away'],
  ['git', 'no answer within 30 s', 'away'],
];

describe('of a remote that does not do what was asked', () => {
  it.each(SAID)('%s says: %s', (_, words, kind) => {
    const trouble = troubleOf(words);
    expect(trouble.kind).toBe(kind);
    expect(trouble.passes).toBe(kind === 'away' || kind === 'read-only server');
    expect(trouble.advice).not.toContain('\n');
  });

  it('each kind has a remedy of its own', () => {
    const kinds = new Map(
      SAID.map(([, words]) => troubleOf(words)).map(({ kind, advice }) => [kind, advice]),
    );
    expect(new Set(kinds.values()).size).toBe(kinds.size);
  });

  it('a hook of its own is asked about, and not waited for', () => {
    expect(troubleOf('hook declined\nOnly on Fridays.', true)).toMatchObject({
      kind: 'refused',
      passes: false,
    });
  });
});
