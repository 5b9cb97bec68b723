/** GitLab CI. `isOwn`: the file is the whole .gitlab-ci.yml, else it is included by it. */
import { IMAGE, type CiFacts } from './ci-facts.ts';

const OWN = `stages: [test, deploy]

# One pipeline for a merge request, one for the default branch, none for tags: runs move tags.
workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH

`;

export const gitlabText = (
  { version }: CiFacts,
  isOwn: boolean,
): string => `# Sends clients what changed in the teams, and checks merge requests.
${isOwn ? OWN : ''}.team-events:
  image: ${IMAGE}:${version} # built by concourse/Dockerfile of team-events; holds it, git and sh
  variables:
    GIT_DEPTH: '0' # order and ids come from the whole history

team-events-notify:
  extends: .team-events
  stage: deploy
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  resource_group: team-events # one run at a time
  interruptible: false
  timeout: 1 hour
  # Exit code 3: a client is behind, all others have everything. The next pipeline goes on there.
  allow_failure: { exit_codes: [3] }
  variables:
    TEAM_EVENTS_CURSOR: tag:team-events # a tag for each client, on the last commit it was sent
    TEAM_EVENTS_MAX_DURATION: 50m # ends in order before the timeout of the job
    TEAM_EVENTS_POLICY: /tmp/team-events-policy.yml
  script:
    - 'echo "cursor: { pushOptions: [ci.skip] }" > "$TEAM_EVENTS_POLICY"' # a moved tag starts no pipeline
    - team-events

team-events-check:
  extends: .team-events
  stage: test
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  needs: []
  script:
    - team-events check --base "\${CI_MERGE_REQUEST_TARGET_BRANCH_SHA:-$CI_MERGE_REQUEST_DIFF_BASE_SHA}"
`;
