/** The URL of the build that a get or put belongs to, from the variables that Concourse sets. */

/** undefined outside of a build. Older versions of Concourse provide only the parts of the URL. */
export function buildUrl(environment: NodeJS.ProcessEnv): string | undefined {
  const {
    BUILD_URL: url,
    ATC_EXTERNAL_URL: concourse,
    BUILD_TEAM_NAME: team,
    BUILD_PIPELINE_NAME: pipeline,
    BUILD_JOB_NAME: job,
    BUILD_NAME: name,
    BUILD_ID: id,
  } = environment;
  if (url) return url;
  if (!concourse) return undefined;
  if (team && pipeline && job && name) {
    return `${concourse}/teams/${team}/pipelines/${pipeline}/jobs/${job}/builds/${name}`;
  }
  return id ? `${concourse}/builds/${id}` : undefined;
}
