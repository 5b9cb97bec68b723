/** The text of the first `clients.yml`: one client, which is paused until there is the address of a receiver. */

const PLACEHOLDER = 'https://receiver.example.com/team-events';

/** `url` may name variables of the client: `${URL}`. */
export const clientsText = (
  url?: string,
): string => `# Who is sent what changes in the teams: addresses and names of variables, never a secret.
clients:
  - name: first-client
    # contact: '#channel' # who helps if it cannot be reached; shown when it is behind
${url === undefined ? '    paused: true # take this line out once the url is that of a receiver\n' : ''}\
    # secrets: ['\${SECRET}'] # signs each request: the variable TEAM_EVENTS_CLIENT_FIRST_CLIENT__SECRET
    # start: snapshot # a new client begins with all teams as they are; default: with the next change
    subscriptions:
      - events: [team.created, team.modified, team.members.removed, team.members.added, team.deleted]
        url: ${JSON.stringify(url ?? PLACEHOLDER)}
`;
