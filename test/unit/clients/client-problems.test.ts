/** What can be wrong with a client, each at its line (contract §5). */
import { describe, expect, it } from 'vitest';
import { parseClientsFile } from '../../../src/clients/clients-file.ts';
import { clientText } from '../../support/sample-clients.ts';

const SUBSCRIPTION = 'subscriptions: [{event: team.created, url: "https://example.com/hook"}]';

/** `line:column message` of each problem of the only client. */
function problemsOf(body: string): string[] {
  const [first] = parseClientsFile(clientText(body), 'clients.yml').misconfigured;
  return (first?.problems ?? []).map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('a problem of a client is', () => {
  const url = 'url: "https://example.com/hook"';

  it.each([
    ['an unknown key', `name: a\nurls: []\n${SUBSCRIPTION}`, /^3:\d+ urls: unknown key$/],
    [
      'an unknown key of a subscription',
      `name: a\nsubscriptions:\n  - event: team.created\n    ${url}\n    method: PUT`,
      /^6:\d+ .*method: unknown key$/,
    ],
    ['no name', SUBSCRIPTION, /^2:\d+ name: /],
    ['a name with capitals', `name: GitLab\n${SUBSCRIPTION}`, /^2:11 name: expected lower case/],
    ['a name with a double hyphen', `name: a--b\n${SUBSCRIPTION}`, /^2:11 name: /],
    ['a name that ends in a hyphen', `name: a-\n${SUBSCRIPTION}`, /^2:11 name: /],
    ['a name that begins with a hyphen', `name: -a\n${SUBSCRIPTION}`, /^2:11 name: /],
    ['a name that is no text', `name: 42\n${SUBSCRIPTION}`, /^2:11 name: expected text/],
    ['an earlier name that cannot be one', `name: a\nformerly: A/B\n${SUBSCRIPTION}`, /^3:15 formerly: /],
    ['no subscription', 'name: a\nsubscriptions: []', /^3:20 subscriptions: expected at least one/],
    ['no subscriptions', 'name: a', /^2:\d+ subscriptions: a key is missing here/],
    [
      'an event type twice',
      `name: a\nsubscriptions:\n  - {event: team.created, ${url}}\n  - {event: team.created, ${url}}`,
      /^5:9 team.created stands twice/,
    ],
    [
      'an event type twice in the shorthand',
      `name: a\nsubscriptions:\n  - {events: [team.deleted, team.deleted], ${url}}`,
      /^4:9 team.deleted stands twice/,
    ],
    [
      'an unknown event type',
      `name: a\nsubscriptions:\n  - {event: team.renamed, ${url}}`,
      /^4:17 .*event: expected one of team.created, /,
    ],
    [
      'neither event nor events',
      `name: a\nsubscriptions:\n  - {${url}}`,
      /^4:9 .*expected either event or events/,
    ],
    [
      'both event and events',
      `name: a\nsubscriptions:\n  - {event: team.created, events: [team.deleted], ${url}}`,
      /^4:9 .*expected either event or events/,
    ],
    [
      'events that are none',
      `name: a\nsubscriptions:\n  - {events: [], ${url}}`,
      /^4:18 .*expected an event type/,
    ],
    ['no url', 'name: a\nsubscriptions:\n  - {event: team.created}', /^4:9 .*url: a key is missing here/],
    [
      'a url that is none',
      'name: a\nsubscriptions:\n  - event: team.created\n    url: example.com',
      /^5:14 the url cannot be parsed/,
    ],
    [
      'a url of another kind',
      'name: a\nsubscriptions:\n  - event: team.created\n    url: ftp://example.com/',
      /^5:14 the url does not begin with https:/,
    ],
    [
      'a url with credentials',
      'name: a\nsubscriptions:\n  - event: team.created\n    url: https://me:pass@example.com/',
      /^5:14 the url holds credentials/,
    ],
    [
      'a url with a fragment',
      'name: a\nsubscriptions:\n  - event: team.created\n    url: https://example.com/#x',
      /^5:14 the url has a fragment/,
    ],
    [
      'a variable that is none',
      'name: a\nsubscriptions:\n  - event: team.created\n    url: https://example.com/${token}',
      /^5:14 \$\{token\} is no variable name/,
    ],
    [
      'an unclosed variable in a header',
      `name: a\nheaders:\n  X-A: "\${A"\n${SUBSCRIPTION}`,
      /^4:12 a "\$\{" is not closed/,
    ],
    [
      'a header name that is none',
      `name: a\nheaders: {"x y": z}\n${SUBSCRIPTION}`,
      /^3:\d+ .*this is no header name/,
    ],
    [
      'a header with a line break',
      `name: a\nheaders: {x-y: "a\\nb"}\n${SUBSCRIPTION}`,
      /^3:\d+ .*without line breaks/,
    ],
    [
      'a format that there is not',
      `name: a\nformat: xml\n${SUBSCRIPTION}`,
      /^3:13 format: expected one of json, cloudevents/,
    ],
    ['a timeout that is none', `name: a\ntimeout: 5\n${SUBSCRIPTION}`, /^3:14 timeout: expected a duration/],
    ['a timeout of nothing', `name: a\ntimeout: 0s\n${SUBSCRIPTION}`, /^3:14 timeout: expected a duration/],
    [
      'a skipped event that is no id',
      `name: a\nskip: [payments]\n${SUBSCRIPTION}`,
      /^3:12 .*expected an event id/,
    ],
    [
      'a status that is done already',
      `name: a\nsubscriptions:\n  - {event: team.created, ${url}, done: [200]}`,
      /^4:\d+ .*done/,
    ],
    [
      'paused in other words',
      `name: a\npaused: yes\n${SUBSCRIPTION}`,
      /^3:13 paused: expected true or false/,
    ],
    ['that it is no mapping', 'gitlab', /^2:5 /],
  ])('%s', (_, body, expected) => {
    const problems = problemsOf(body);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });

  it.each([
    'webhook-id',
    'Webhook-Signature',
    'webhook-anything',
    'ce-id',
    'CE-Type',
    'host',
    'Host',
    'content-type',
    'Content-Length',
    'content-anything',
    'user-agent',
    'idempotency-key',
    'transfer-encoding',
    'connection',
  ])('the reserved header %s', (header) => {
    for (const body of [
      `name: a\nheaders: {${header}: x}\n${SUBSCRIPTION}`,
      `name: a\nsubscriptions:\n  - {event: team.created, ${url}, headers: {${header}: x}}`,
    ]) {
      expect(problemsOf(body)).toEqual([expect.stringContaining('this header is set by team-events itself')]);
    }
  });

  // src/clients/client-schema.ts: valibot's record takes a list for a mapping of its indexes.
  it.each(['headers: ["x-token: abc"]', 'headers: []'])('a list in place of a mapping: %s', (line) => {
    expect(problemsOf(`name: a\n${line}\n${SUBSCRIPTION}`)).toHaveLength(1);
  });

  it('told together with all others, in the order of the file', () => {
    const body =
      'name: a\ntimeout: x\nsubscriptions:\n  - {event: team.created, url: 3}\n  - {event: no}\nheaders: {host: x}';
    expect(problemsOf(body).map((problem) => problem.split(':')[0])).toEqual(['3', '5', '6', '6', '7']);
  });
});
