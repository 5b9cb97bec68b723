/** How `source` says to reach and read the teams repo. */
import type { Repository } from '../adapters/git/clone/repository.ts';
import type { RemoteBranch } from '../adapters/git/remote/branch-clone.ts';
import { withLogin } from '../adapters/git/remote/credentials.ts';
import type { RunContext } from '../adapters/process/run-context.ts';
import { callerOf } from '../run/event-log/log-notes.ts';
import type { Source } from './request.ts';
import type { Reading } from './version-steps.ts';

/** The process's variables together with the credentials of the source, which are redacted from all output. */
function sourceEnvironment(
  { uri, private_key: key, known_hosts: hosts, username, password }: Source,
  { environment, redactor }: Pick<RunContext, 'environment' | 'redactor'>,
): NodeJS.ProcessEnv {
  const inUri = /^https?:\/\/[^/:@]*:([^/]+)@/i.exec(uri)?.[1];
  redactor.add([key, password, inUri].filter((secret) => secret !== undefined));
  const own = {
    ...environment,
    ...(key !== undefined && { TEAM_EVENTS_GIT_SSH_KEY: key }),
    ...(hosts !== undefined && { TEAM_EVENTS_GIT_KNOWN_HOSTS: hosts }),
    ...(password !== undefined && { TEAM_EVENTS_GIT_TOKEN: password }),
    ...(username !== undefined && { TEAM_EVENTS_GIT_USERNAME: username }),
  };
  return withLogin(own, uri);
}

export const remoteBranch = (source: Source, context: RunContext): RemoteBranch => ({
  uri: source.uri,
  branch: source.branch,
  ...callerOf({ ...context, environment: sourceEnvironment(source, context) }),
  signal: context.stop.stopping,
});

export const readingOf = (
  repository: Repository,
  { override }: Source,
  stop: RunContext['stop'],
): Reading => ({
  repository,
  override,
  stop: stop.stopping,
});
