/** A pipeline of Concourse. */
import { IMAGE, type CiFacts } from './ci-facts.ts';

export const concourseText = ({
  version,
  branch,
  origin,
}: CiFacts): string => `# Sends clients what changed in the teams.
resources:
  - name: teams
    type: git
    source:
      uri: ${JSON.stringify(origin ?? 'git@git.example.com:group/teams.git')}
      branch: ${JSON.stringify(branch)}
      private_key: ((team-events-git-key))
      disable_ci_skip: true # a commit that asks CI to skip it changes teams all the same
  - name: retry # Concourse never repeats a failed build by itself
    type: time
    source: { interval: 10m }

jobs:
  - name: notify
    serial: true
    plan:
      - in_parallel:
          - get: teams # no depth: order and ids come from the whole history
            trigger: true
          - get: retry
            trigger: true
      - task: notify
        timeout: 1h
        config:
          platform: linux
          image_resource: # built by concourse/Dockerfile of team-events; holds it, git and ssh
            type: registry-image
            source: { repository: ${IMAGE}, tag: '${version}' }
          inputs: [{ name: teams }]
          params:
            TEAM_EVENTS_CURSOR: tag:team-events # a tag for each client, on the last commit it was sent
            TEAM_EVENTS_BRANCH: ${JSON.stringify(branch)}
            TEAM_EVENTS_MAX_DURATION: 50m # ends in order before the timeout of the task
            TEAM_EVENTS_INIT: ((init)) # true for the very first build
            TEAM_EVENTS_GIT_SSH_KEY: ((team-events-git-key))
            TEAM_EVENTS_SECRETS: ((team-events-secrets))
          run:
            path: team-events
            args: [-C, teams]
`;
