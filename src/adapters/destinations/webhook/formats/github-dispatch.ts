/**
 * Starts workflows of GitHub that wait for `repository_dispatch`:
 * https://docs.github.com/rest/repos/repos#create-a-repository-dispatch-event
 *
 *     POST /repos/acme/groups/dispatches
 *     { "event_type": "team.created", "client_payload": { "event": { … } } }
 */
import type { LoggedEvent } from '../../../../core/events/team-event.ts';
import type { Format } from './format.ts';

/** GitHub says less than 64 KB, and means bytes. */
const MAX_PAYLOAD_BYTES = 65_535;

export const githubDispatch: Format = {
  contentType: 'application/json',
  headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
  body: (event) => `{"event_type":${JSON.stringify(event.type)},"client_payload":${payloadOf(event)}}`,
  refusal(event) {
    const bytes = Buffer.byteLength(payloadOf(event));
    if (bytes <= MAX_PAYLOAD_BYTES) return undefined;
    return (
      `it makes a client_payload of ${bytes} bytes, and GitHub takes ${MAX_PAYLOAD_BYTES}: ` +
      'give this subscription another receiver, or list the event under skip'
    );
  },
};

const payloadOf = ({ text }: LoggedEvent): string => `{"event":${text}}`;
