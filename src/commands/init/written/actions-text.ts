/** Actions of GitHub, Gitea and Forgejo. */
import { IMAGE, type CiFacts } from './ci-facts.ts';

export function actionsText({ version, branch }: CiFacts, kind: 'github' | 'gitea'): string {
  // Checkout and what steps write to the runner need root, whatever the user of the image.
  const container = `{ image: '${IMAGE}:${version}', options: --user 0 }`;
  const onBranch = JSON.stringify(branch);
  return `# Sends clients what changed in the teams, and checks pull requests.
name: team-events
on:
  push:
    branches: [${onBranch}] # never tags: runs move tags
  schedule:
    - cron: '*/10 * * * *' # the retry timer: a client that was down gets its events with the next run
  workflow_dispatch:
    inputs:
      init:
        description: Let every client begin (the very first run)
        type: boolean
        default: false
  pull_request:
permissions:
  contents: read
jobs:
  notify:
    if: github.event_name != 'pull_request'
    runs-on: ubuntu-latest
    container: ${container} # built by concourse/Dockerfile of team-events
    timeout-minutes: 60
    permissions:
      contents: write # a tag for each client, on the last commit it was sent
    concurrency: { group: team-events, cancel-in-progress: false }
    steps:
      - uses: actions/checkout@v4
        with: { ref: ${onBranch}, fetch-depth: 0, persist-credentials: false } # order and ids come from the whole history
      - run: team-events
        env:
          TEAM_EVENTS_CURSOR: tag:team-events
          TEAM_EVENTS_INIT: \${{ inputs.init }}
          TEAM_EVENTS_MAX_DURATION: 50m
          TEAM_EVENTS_GIT_USERNAME: ${kind === 'github' ? 'x-access-token' : 'oauth2'}
          TEAM_EVENTS_GIT_TOKEN: \${{ github.token }}
          TEAM_EVENTS_SECRETS: \${{ secrets.TEAM_EVENTS_SECRETS }}
  check:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    container: ${container}
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
        with: { fetch-depth: 0, persist-credentials: false }
      - run: team-events check --format github
        env:
          TEAM_EVENTS_BASE: origin/\${{ github.base_ref }}
`;
}
