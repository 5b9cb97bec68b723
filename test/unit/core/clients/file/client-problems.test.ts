/** What can be wrong with a client, each at its line. */
import { describe, expect, it } from 'vitest';
import { parseClientsFile } from '../../../../../src/core/clients/file/clients-file.ts';
import { clientText } from '../../../../support/sample-clients.ts';

const SUBSCRIPTION = 'subscriptions: [{event: team.created, url: "https://example.com/hook"}]';

/** `line:column message` of each problem of the only client. */
function problemsOf(body: string): string[] {
  const [first] = parseClientsFile(clientText(body), 'clients.yml').misconfigured;
  return (first?.problems ?? []).map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('a problem of a client is', () => {
  const url = 'url: "https://example.com/hook"';

  it.each([
    [
      'an unknown key',
      `name: a\nurls: []\n${SUBSCRIPTION}`,
      /^3:\d+ urls: unknown key; expected name, formerly, /,
    ],
    [
      'an unknown key of a subscription',
      `name: a\nsubscriptions:\n  - event: team.created\n    ${url}\n    verb: PUT`,
      /^6:\d+ .*verb: unknown key; expected event, /,
    ],
    [
      'a slip of a key',
      `name: a\nsecret: []\n${SUBSCRIPTION}`,
      /^3:\d+ secret: unknown key; is it "secrets"\?$/,
    ],
    [
      'braces in a url that make no variable',
      'name: a\nsubscriptions:\n  - { event: team.created, url: "https://a.example/{subject}" }',
      /^4:\d+ \{subject\} is not a variable, and is not sent/,
    ],
    [
      'what looks like a variable in a query',
      'name: a\nsubscriptions:\n  - event: team.created\n    url: https://a.example/\n    query: { team: "{{team.id}}" }',
      /^6:\d+ \{\{team\.id\}\} is not a variable/,
    ],
    [
      'what looks like a variable in a token',
      `name: a\nauth: { bearer: "{TOKEN}" }\n${SUBSCRIPTION}`,
      /^3:\d+ \{TOKEN\} is not a variable/,
    ],
    [
      'a secret that stands there and is none',
      `name: a\nsecrets: [abc]\n${SUBSCRIPTION}`,
      /^3:15 a secret does not begin with whsec_/,
    ],
    ['no name', SUBSCRIPTION, /^2:\d+ name: /],
    ['a name with capitals', `name: GitLab\n${SUBSCRIPTION}`, /^2:11 name: expected lower case/],
    ['a name with a double hyphen', `name: a--b\n${SUBSCRIPTION}`, /^2:11 name: /],
    ['a name that ends in a hyphen', `name: a-\n${SUBSCRIPTION}`, /^2:11 name: /],
    ['a name that begins with a hyphen', `name: -a\n${SUBSCRIPTION}`, /^2:11 name: /],
    ['a name that is no text', `name: 42\n${SUBSCRIPTION}`, /^2:11 name: expected text/],
    ['an earlier name that cannot be one', `name: a\nformerly: A/B\n${SUBSCRIPTION}`, /^3:15 formerly: /],
    ['no subscription', 'name: a\nsubscriptions: []', /^3:20 subscriptions: expected at least one/],
    ['no subscriptions', 'name: a', /^2:\d+ subscriptions: this key is missing; expected /],
    [
      'an event type twice',
      `name: a\nsubscriptions:\n  - {event: team.created, ${url}}\n  - {event: team.created, ${url}}`,
      /^5:9 team.created appears twice/,
    ],
    [
      'an event type twice in the shorthand',
      `name: a\nsubscriptions:\n  - {events: [team.deleted, team.deleted], ${url}}`,
      /^4:9 team.deleted appears twice/,
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
      /^4:18 .*expected at least one event type/,
    ],
    [
      'no url',
      'name: a\nsubscriptions:\n  - {event: team.created}',
      /^4:9 .*url: this key is missing; expected /,
    ],
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
      /^5:14 there is no token; there are type, id, /,
    ],
    [
      'an unclosed variable in a header',
      `name: a\nheaders:\n  X-A: "\${A"\n${SUBSCRIPTION}`,
      /^4:12 a "\$\{" is not closed/,
    ],
    [
      'a header name that is none',
      `name: a\nheaders: {"x y": z}\n${SUBSCRIPTION}`,
      /^3:\d+ .*this is not a header name/,
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
      'a method that there is not',
      `name: a\nsubscriptions:\n  - event: team.created\n    ${url}\n    method: GET`,
      /^6:17 .*method: expected one of POST, PUT, PATCH, DELETE/,
    ],
    [
      'another method than POST with a preset',
      `name: a\nformat: slack\nsubscriptions:\n  - event: team.created\n    ${url}\n    method: PUT`,
      /^7:17 the format slack is sent by POST/,
    ],
    [
      'a status of success that is none',
      `name: a\nsubscriptions:\n  - {event: team.created, ${url}, success: [404]}`,
      /^4:\d+ .*success.*: expected a status such as 201/,
    ],
    [
      'no status of success',
      `name: a\nsubscriptions:\n  - {event: team.created, ${url}, success: []}`,
      /^4:\d+ .*success: expected a status such as 201/,
    ],
    [
      'auth of no kind',
      `name: a\nauth: {}\n${SUBSCRIPTION}`,
      /^3:\d+ auth: expected either bearer, basic or oauth2/,
    ],
    [
      'auth of both kinds',
      `name: a\nauth: {bearer: x, basic: {username: u, password: p}}\n${SUBSCRIPTION}`,
      /^3:\d+ auth: expected either bearer, basic or oauth2/,
    ],
    [
      'auth of another kind',
      `name: a\nauth: {digest: x}\n${SUBSCRIPTION}`,
      /^3:\d+ auth\.digest: unknown key/,
    ],
    [
      'basic auth without a password',
      `name: a\nauth: {basic: {username: u}}\n${SUBSCRIPTION}`,
      /^3:\d+ auth\.basic\.password: this key is missing; expected /,
    ],
    [
      'auth beside the header that it sets',
      `name: a\nauth: {bearer: x}\nheaders:\n  AUTHORIZATION: y\n${SUBSCRIPTION}`,
      /^5:\d+ auth sets this header already; keep one of the two/,
    ],
    [
      'auth of a subscription beside the header that it sets',
      `name: a\nsubscriptions:\n  - {event: team.created, ${url}, auth: {bearer: x}, headers: {authorization: y}}`,
      /^4:\d+ auth sets this header already/,
    ],
    [
      'an unclosed variable in auth',
      `name: a\nauth: {bearer: "\${A"}\n${SUBSCRIPTION}`,
      /^3:\d+ a "\$\{" is not closed/,
    ],
    ['no team', `name: a\nteams: []\n${SUBSCRIPTION}`, /^3:\d+ teams: expected at least one glob/],
    ['tags that are none', `name: a\ntags: 7\n${SUBSCRIPTION}`, /^3:\d+ tags: expected a glob or a list/],
    [
      'a glob of too many braces',
      `name: a\nsubscriptions:\n  - {event: team.created, ${url}, teams: ["${'{a,b}'.repeat(7)}"]}`,
      /^4:\d+ .*teams: the braces of a glob stand for more than 100/,
    ],
    ['a glob with a range', `name: a\ntags: ["{1..3}"]\n${SUBSCRIPTION}`, /^3:\d+ tags: ranges such as/],
    ['a glob with a group', `name: a\ntags: ["+(a|b)"]\n${SUBSCRIPTION}`, /^3:\d+ tags: groups such as/],
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

  // A client's `start` is a branch, a tag or a commit id; git may look for minutes for what else it takes.
  it.each([
    'HEAD',
    'FETCH_HEAD',
    '@',
    '@{1}',
    '@{-1}',
    'HEAD~2',
    'main^',
    'main^{commit}',
    'HEAD^{/^(a*)(a*)\\1}',
    ':/fix',
    ':0:teams/a.yml',
    'main:teams',
    'main@{yesterday}',
    '^main',
    'a..b',
    'a...b',
    '-main',
    '--all',
    '/main',
    'main/',
    'a//b',
    '.main',
    'a/.b',
    'main.',
    'main.lock',
    'main.lock/a',
    'ma in',
    'ma*n',
    'ma?n',
    'ma[i]n',
    'ma\\in',
    'ma\tin',
    'ma\0in',
    '',
    '0'.repeat(256),
  ])('a start that is no name of a branch, a tag or a commit: %j', (start) => {
    expect(problemsOf(`name: a\nstart: ${JSON.stringify(start)}\n${SUBSCRIPTION}`)).toEqual([
      expect.stringMatching(/^3:12 start: expected (?:now, snapshot, root, a branch|at most 255)/),
    ]);
  });

  it.each([
    'now',
    'root',
    'main',
    'v1.2',
    'origin/main',
    'refs/heads/root',
    'feature/é@home',
    'a'.repeat(255),
    'deadbeef',
  ])('not a start that is one: %s', (start) => {
    expect(problemsOf(`name: a\nstart: ${JSON.stringify(start)}\n${SUBSCRIPTION}`)).toEqual([]);
  });

  // src/core/clients/file/client-schema.ts: valibot's record takes a list for a mapping of its indexes.
  it.each(['headers: ["x-token: abc"]', 'headers: []'])('a list in place of a mapping: %s', (line) => {
    expect(problemsOf(`name: a\n${line}\n${SUBSCRIPTION}`)).toHaveLength(1);
  });

  it('told together with all others, in the order of the file', () => {
    const body =
      'name: a\ntimeout: x\nsubscriptions:\n  - {event: team.created, url: 3}\n  - {event: no}\nheaders: {host: x}';
    expect(problemsOf(body).map((problem) => problem.split(':')[0])).toEqual(['3', '5', '6', '6', '7']);
  });
});
