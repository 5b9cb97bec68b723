/** The CI file: its path, its text, and what has to be done for it to run. */
import { actionsText } from './actions-text.ts';
import { IMAGE, type CiFacts } from './ci-facts.ts';
import type { CiKind } from './ci-choice.ts';
import { concourseText } from './concourse-text.ts';
import { gitlabText } from './gitlab-text.ts';

export interface CiFile {
  readonly path: string;
  readonly text: string;
  /** For people: what has to be put in before it is committed. */
  readonly fillIn: readonly string[];
  /** Lines for people: variables to set, and how the first run is started. */
  readonly next: readonly string[];
}

const SECRETS =
  'TEAM_EVENTS_SECRETS: once a client has secrets, {"first-client":{"SECRET":"whsec_…"}} as JSON';

export function ciFile(kind: CiKind, facts: CiFacts): CiFile {
  const file = fileOf(kind, facts);
  const image = kind === 'concourse' ? IMAGE : `${IMAGE}:${facts.version}`;
  const fillIn = [
    `make an image of your own, and put its name into ${file.path} in place of ${image}; in a clone of team-events:`,
    '  docker build -f concourse/Dockerfile -t IMAGE . && docker push IMAGE',
  ];
  return { ...file, fillIn };
}

function fileOf(kind: CiKind, facts: CiFacts): Omit<CiFile, 'fillIn'> {
  switch (kind) {
    case 'gitlab': {
      const isOwn = !facts.has('.gitlab-ci.yml') || facts.runsIt('.gitlab-ci.yml');
      const path = isOwn ? '.gitlab-ci.yml' : '.gitlab/team-events.yml';
      return {
        path,
        text: gitlabText(facts, isOwn),
        next: [
          ...(isOwn ? [] : [`include it in .gitlab-ci.yml:  include: [{ local: ${path} }]`]),
          'set under Settings > CI/CD > Variables, protected and masked:',
          '  TEAM_EVENTS_GIT_TOKEN: a project access token, role Developer, scope write_repository',
          `  ${SECRETS}`,
          'run a pipeline of the default branch by hand with TEAM_EVENTS_INIT=true: every client begins there',
          'schedule a pipeline of the default branch, such as */10 * * * *: the retry timer',
        ],
      };
    }
    case 'github':
    case 'gitea':
      return {
        path: `.${kind}/workflows/team-events.yml`,
        text: actionsText(facts, kind),
        next: [
          `set as a secret of the repository, where a client has any: ${SECRETS}`,
          'run the workflow team-events by hand with init: every client begins there',
        ],
      };
    case 'concourse':
      return {
        path: 'ci/team-events.yml',
        text: concourseText(facts),
        next: [
          'put into the credential manager: team-events-git-key, a deploy key that may push tags',
          '  and team-events-secrets: {}, or once a client has secrets {"first-client":{"SECRET":"whsec_…"}}',
          'fly -t TARGET set-pipeline -p team-events -c ci/team-events.yml -v init=true',
          'fly -t TARGET unpause-pipeline -p team-events: every client begins with the first build',
          "fly -t TARGET set-pipeline -p team-events -c ci/team-events.yml -v init=''",
        ],
      };
  }
}
