/** How a run is named to people: by a link to it, if CI provides one. */
import { hostname } from 'node:os';

const URLS = ['TEAM_EVENTS_RUN', 'CI_JOB_URL', 'BUILD_URL'] as const;

export function runName(environment: NodeJS.ProcessEnv): string {
  for (const name of URLS) if (environment[name]) return environment[name];
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: project, GITHUB_RUN_ID: id } = environment;
  if (server && project && id) return `${server}/${project}/actions/runs/${id}`;
  return `process ${process.pid} on ${hostname()}`;
}
