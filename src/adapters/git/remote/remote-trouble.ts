/**
 * Why a remote did not do what was asked, and the remedy. Inferred from the messages of servers and of git, because no
 * server reports it in a form for programs. `remote-trouble.test.ts` has the messages and their origins.
 */

export interface RemoteTrouble {
  readonly kind: TroubleKind;
  /** What to do now, in one line. */
  readonly advice: string;
  /** Whether it may pass soon. */
  readonly passes: boolean;
}

type TroubleKind =
  | 'protected tag'
  | 'read-only key'
  | 'token without write'
  | 'archived'
  | 'mirror'
  | 'read-only server'
  | 'no permission'
  | 'lock left behind'
  | 'no room'
  | 'not found'
  | 'login'
  | 'host key'
  | 'certificate'
  | 'forbidden'
  | 'refused'
  | 'away';

const CREDENTIALS = 'TEAM_EVENTS_GIT_TOKEN or TEAM_EVENTS_GIT_SSH_KEY';
const WRITE_SCOPES =
  'GitLab: write_repository and the role Developer, GitHub: Contents, read and write (in Actions: permissions: contents: write), Gitea: write:repository';

/** The first that matches is used. */
const TROUBLES: readonly (readonly [kind: TroubleKind, serverMessage: RegExp, advice: string])[] = [
  [
    'lock left behind',
    /Unable to create '[^']*\.lock': File exists/i,
    'If no push is under way, a git that was killed on the server has left this file behind: remove it there.',
  ],
  [
    'no room',
    /No space left on device|quota exceeded|exceeded .*(?:size limit|quota)/i,
    'Free space on the server.',
  ],
  [
    'protected tag',
    /protected tag|\btag \S+ is protected|this tag as it is protected|GH013|protected ref|repository rule|(?:creations|updates) being restricted|tag with a prohibited pattern/i,
    'Its tag is protected. Take the tags of --cursor out of the rule, or let the account that pushes move them ' +
      '(on GitLab nobody moves a protected tag; on GitHub and Gitea the rule has a list). The rule goes by name: a client of another name may not be affected.',
  ],
  [
    'read-only key',
    /deploy key does not have write access|has been marked as read only|Deploy Key: .* is not authorized to write|denied to deploy key/i,
    'Give the deploy key write access in the settings of the repository, or TEAM_EVENTS_GIT_SSH_KEY one that has it.',
  ],
  [
    'archived',
    /archived/i,
    'An archived repository accepts no pushes: unarchive it, or name its replacement with --remote.',
  ],
  [
    'mirror',
    /mirror repository/i,
    'A mirror accepts no pushes: name the repository that it mirrors with --remote.',
  ],
  [
    'token without write',
    /not allowed to upload code\.|Write access to repository not granted|required scope|insufficient_scope|Resource not accessible|without `?workflows?`? |job token/i,
    `The token may read but not write. Set TEAM_EVENTS_GIT_TOKEN to one that may write: ${WRITE_SCOPES}.`,
  ],
  [
    'read-only server',
    /temporarily read-only|read-only GitLab instance|maintenance/i,
    'The server accepts no pushes for now.',
  ],
  [
    'no permission',
    /not allowed to (?:push code|upload code for|change existing tags|force push)|Permission to \S+ denied|User permission denied for writing|is not authorized to write|TF401027|don't have permission to push/i,
    `The account of ${CREDENTIALS} may read this repository but not push to it: give it that right (GitLab: Developer; an archived project refuses with the same message).`,
  ],
  [
    'login',
    /Authentication failed|could not read (?:Username|Password)|Access denied|Permission denied \(|Invalid username or|returned error: 401|Bad credentials/i,
    `The server does not accept the credentials: ${CREDENTIALS}. Have they expired?`,
  ],
  [
    'host key',
    /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/i,
    'The host key of the server is not the one in the known hosts: ask its operator, and correct the known hosts.',
  ],
  [
    'certificate',
    /certificate/i,
    'The certificate of the server is not trusted: name its authority with GIT_SSL_CAINFO.',
  ],
  [
    'not found',
    /Repository not found|repository '[^']*' not found|does not appear to be a git repository|could not be found|Cannot find repository|returned error: 404|no such remote|does not exist/i,
    `Check --remote and its URL. Servers also answer so if the account may not see the repository: ${CREDENTIALS}.`,
  ],
  [
    'forbidden',
    /returned error: 403/i,
    `The server knows the account but does not allow this: most often a token that may not write (${WRITE_SCOPES}), a missing role, or an archived repository.`,
  ],
];

/** `refused`: the server is reachable, and refused this request. */
export function troubleOf(serverMessage: string, refused = false): RemoteTrouble {
  const found = TROUBLES.find(([, pattern]) => pattern.test(serverMessage));
  if (found !== undefined) {
    const [kind, , advice] = found;
    return { kind, advice, passes: kind === 'read-only server' };
  }
  if (refused) {
    const advice =
      'A rule or a hook of the server refused it: ask its operator what it requires of this tag.';
    return { kind: 'refused', advice, passes: false };
  }
  const advice = `Check the URL, the network, the server, and the credentials (${CREDENTIALS}), then run it again.`;
  return { kind: 'away', advice, passes: true };
}
