/**
 * Starts a pipeline of GitLab by a trigger token: https://docs.gitlab.com/ci/triggers/
 *
 *     POST /api/v4/projects/42/ref/main/trigger/pipeline?token=…
 *     { "variables": { "TEAM_EVENT_TYPE": "team.created", "TEAM_EVENT_TEAM": "payments" }, "event": { … } }
 *
 * The job finds the whole body in the file `$TRIGGER_PAYLOAD`, except that GitLab overwrites the keys `id`, `ref` and
 * `token` at the top level. So the event has a key of its own, and keeps its id.
 */
import type { Format } from './format.ts';

export const gitlabPipeline: Format = {
  contentType: 'application/json',
  body: ({ text, type, subject }) => {
    const variables = JSON.stringify({ TEAM_EVENT_TYPE: type, TEAM_EVENT_TEAM: subject });
    return inPlainDollars(`{"variables":${variables},"event":${text}}`);
  },
};

/**
 * GitLab expands `$NAME` in values and in the payload, including the job's own token; `$$` is a literal `$` in both.
 * https://docs.gitlab.com/ci/variables/where_variables_can_be_used/
 */
const inPlainDollars = (text: string): string => text.replaceAll('$', () => '$$');
