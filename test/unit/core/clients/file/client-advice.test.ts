/** What is most likely not meant is said, with its line. */
import { describe, expect, it } from 'vitest';
import { adviceOn as adviceWithin } from '../../../../../src/core/clients/file/client-advice.ts';
import { parseClientsFile } from '../../../../../src/core/clients/file/clients-file.ts';
import type { Client } from '../../../../../src/core/clients/file/client.ts';
import { clientIn, clientText } from '../../../../support/sample-clients.ts';

const adviceOn = (client: Client) => adviceWithin(client, 15_000);

const adviceFor = (url: string, more = ''): string[] =>
  adviceOn(
    clientIn(
      clientText(
        `name: a\nsubscriptions:\n  - events: [team.created, team.modified]\n    url: ${url}${more}`,
      ),
    ),
  ).map(({ line, message }) => `${line} ${message}`);

describe('advice', () => {
  it.each([
    ['https://gitlab.example.com/api/v4/projects/42/ref/main/trigger/pipeline', 'gitlab-pipeline'],
    ['https://gitlab.example.com/sub/api/v4/projects/a%2Fb/trigger/pipeline?ref=main', 'gitlab-pipeline'],
    ['https://${HOST}/api/v4/projects/${PROJECT}/ref/main/trigger/pipeline', 'gitlab-pipeline'],
    ['https://api.github.com/repos/acme/groups/dispatches', 'github-dispatch'],
    ['https://ghe.example.com/api/v3/repos/acme/${REPO}/dispatches', 'github-dispatch'],
    ['https://hooks.slack.com/services/T0/B0/x', 'slack'],
  ])('is given once where %s has not its format', (url, format) => {
    expect(adviceFor(url)).toEqual([
      expect.stringMatching(new RegExp(`^5 the url is .*format: ${format}; .* is json$`)),
    ]);
    expect(adviceFor(url, `\n    format: ${format}`)).toEqual([]);
  });

  it.each([
    'https://example.com/hook',
    'https://gitlab.example.com/api/v4/projects/42/issues',
    'https://example.com/?next=/repos/a/b/dispatches',
    '${URL}',
  ])('is not given for %s', (url) => {
    expect(adviceFor(url)).toEqual([]);
  });

  it('is given where a team could come into scope unseen', () => {
    const [created] = adviceOn(
      clientIn(
        clientText(
          'name: a\ntags: [core]\nsubscriptions: [{event: team.created, url: "https://example.com"}]',
        ),
      ),
    );
    expect(created).toMatchObject({
      line: 4,
      message: expect.stringContaining('sent as team.modified') as string,
    });
    expect(adviceFor('https://example.com', '\n    tags: [core]')).toEqual([]);
  });

  it('is given where a variable has no braces, which is sent as it stands', () => {
    expect(adviceFor('https://example.com/$WEBHOOK/x')).toEqual([
      '5 $WEBHOOK is sent as it stands; a variable is written ${WEBHOOK}',
    ]);
    expect(adviceFor('https://example.com/a?price=$5&to=$x')).toEqual([]);
  });

  it.each(['%7Bteam%7D', '<project-id>', '%3cteam%3e'])(
    'is given where a url was not filled in: %s',
    (placeholder) => {
      expect(adviceFor(`https://example.com/teams/${placeholder}/members`)).toEqual([
        `5 ${placeholder} in the url looks like something to be filled in, and is sent as it stands`,
      ]);
      expect(adviceFor('https://example.com/a%20b?filter=a<b&c=%7B%7D')).toEqual([]);
    },
  );

  it.each([
    ['500h', 15_000, ["4 a timeout of 500h is longer than the operator's of 15s"]],
    ['90s', 15_000, ["4 a timeout of 90s is longer than the operator's of 15s"]],
    ['1.5s', 1000, ["4 a timeout of 1500ms is longer than the operator's of 1s"]],
    ['15s', 15_000, []],
    ['1s', 15_000, []],
  ])(
    'is given where a client would wait longer than the operator lets it: %s of %i ms',
    (timeout, most, expected) => {
      const text = `name: a\ntimeout: ${timeout}\nsubscriptions: [{events: [team.created, team.deleted], url: "https://a.example"}]`;
      const told = adviceWithin(clientIn(clientText(text)), most);
      expect(
        told.map(({ line, message }) => `${line} ${message.replace(/ \(delivery.timeout.*/, '')}`),
      ).toEqual(expected);
    },
  );

  it('is given where a secret stands in the file, and never repeats it', () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const told = (entry: string): string[] =>
      adviceOn(
        clientIn(
          clientText(
            `name: a\n${entry}\nsubscriptions: [{event: team.created, url: "https://a.example.com"}]`,
          ),
        ),
      ).map(({ message }) => message);
    const wanted = [
      'a secret is written in the file itself, where every reader sees it; name a variable instead',
    ];
    expect(told('auth: {bearer: literal}')).toEqual(wanted);
    expect(told('auth: {basic: {username: a, password: literal}}')).toEqual(wanted);
    expect(told('headers: {Authorization: Token literal}')).toEqual(wanted);
    expect(told(`secrets: [${secret}]`)).toEqual(wanted);
    expect(told('auth: {bearer: "${TOKEN}"}')).toEqual([]);
  });
});

describe('a request of its own', () => {
  it('that needs what an event may lack is told of, but not where a condition asks for it', () => {
    const { clients, misconfigured } = parseClientsFile(
      `clients:
  - name: a
    subscriptions:
      - events: [team.created, team.deleted]
        url: https://a.example/\${team.attributes.site}
        body:
          a: '\${team.attributes.floor?} \${team.attributes["on-call"]} \${team.id}'
          b: { $if: 'team.attributes.x?', then: '\${team.attributes.x}', else: '\${team.attributes.y}' }
          c: { $map: { $eval: team.members }, 'each(m)': '\${m.id} \${m.email}' }
`,
      'clients.yml',
    );
    expect(misconfigured).toEqual([]);
    const advice = clients.flatMap(adviceOn);
    expect(advice.map(({ line, message }) => `${line} ${message.split(';')[0]}`)).toEqual([
      '5 an event without team.attributes.site is not sent, and blocks the lane',
      '8 an event without team.attributes.y is not sent, and blocks the lane',
      '9 an event without m.email is not sent, and blocks the lane',
    ]);
  });
});
