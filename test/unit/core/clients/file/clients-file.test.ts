/** The clients file: one client's mistakes leave that client out, with every problem at its line. */
import { describe, expect, it } from 'vitest';
import { webhooksOf } from '../../../../../src/core/clients/file/client.ts';
import { parseClientsFile } from '../../../../../src/core/clients/file/clients-file.ts';
import type { HeaderValue } from '../../../../../src/core/clients/binding/authorization.ts';
import { fill, type Template } from '../../../../../src/core/requests/template.ts';
import { ClientsFileError } from '../../../../../src/errors.ts';
import { clientIn, clientText } from '../../../../support/sample-clients.ts';

const SUBSCRIPTION = 'subscriptions: [{event: team.created, url: "https://example.com/hook"}]';

/** What stops the run. */
function stopOf(text: string): readonly string[] {
  try {
    parseClientsFile(text, 'clients.yml');
  } catch (error) {
    if (error instanceof ClientsFileError) return error.problems;
    throw error;
  }
  return [];
}

describe('a client', () => {
  it('has defaults for what it does not say', () => {
    expect(clientIn(clientText(`name: sample\n${SUBSCRIPTION}`))).toMatchObject({
      name: 'sample',
      formerly: undefined,
      contact: undefined,
      start: 'now',
      paused: false,
      skip: new Set(),
      destination: { kind: 'webhook', secrets: [] },
      line: 2,
    });
  });

  it('says all that a client can say', () => {
    const client = clientIn(`
clients:
  - name: gitlab-groups
    formerly: groups
    contact: "#gitlab-team"
    start: snapshot
    secrets: ["\${SECRET}", "\${OTHER}"]
    headers: { Authorization: "Bearer \${TOKEN}", X-Own: 1 }
    format: cloudevents
    timeout: 20s
    paused: true
    skip: [evt_0123456789abcdef0123456789abcdef]
    subscriptions:
      - event: team.created
        url: https://gitlab.example.com/trigger
        query: { token: "\${TRIGGER}", ref: main }
        headers: { x-own: 2 }
        format: json
        timeout: 500ms
        success: [201]
        done: [409]
        method: PUT
      - events: [team.members.removed, team.members.added]
        url: https://example.com/members
`);
    expect(client).toMatchObject({
      formerly: 'groups',
      contact: '#gitlab-team',
      start: 'snapshot',
      paused: true,
    });
    expect([...client.skip]).toEqual(['evt_0123456789abcdef0123456789abcdef']);
    expect(client.destination).toMatchObject({ kind: 'webhook', secrets: [{}, {}] });
    expect([...client.subscriptions.keys()]).toEqual([
      'team.created',
      'team.members.removed',
      'team.members.added',
    ]);

    const webhooks = webhooksOf(client);
    const created = webhooks.get('team.created');
    expect(created).toMatchObject({ format: 'json', timeoutMs: 500, success: [201], done: [409], line: 14 });
    expect(created?.method).toBe('PUT');
    const texts = (pairs: readonly (readonly [name: string, value: HeaderValue])[]) =>
      Object.fromEntries(
        pairs.map(([name, value]) => [name, fill(value as Template, (variable) => `<${variable}>`)]),
      );
    expect(texts(created?.query ?? [])).toEqual({ token: '<TRIGGER>', ref: 'main' });
    expect(texts(created?.headers ?? [])).toEqual({ authorization: 'Bearer <TOKEN>', 'x-own': '2' });

    const added = webhooks.get('team.members.added');
    expect(added).toMatchObject({ format: 'cloudevents', timeoutMs: 20_000, done: [], line: 23 });
    expect(added).toMatchObject({ method: 'POST', success: undefined, scope: undefined });
    expect(added?.url).toBe(webhooks.get('team.members.removed')?.url);
    expect(texts(added?.headers ?? [])).toEqual({ authorization: 'Bearer <TOKEN>', 'x-own': '1' });
  });
});

describe('one client with a problem', () => {
  const text = `clients:
  - name: first
    ${SUBSCRIPTION}
  - name: second
    contact: "#second"
    paused: 3
    ${SUBSCRIPTION}
  - name: third
    ${SUBSCRIPTION}
  - contact: nobody
`;

  it('is left out, and the others stay', () => {
    const { clients, misconfigured } = parseClientsFile(text, 'clients.yml');
    expect(clients.map(({ name, line }) => [name, line])).toEqual([
      ['first', 2],
      ['third', 8],
    ]);
    expect(misconfigured.map(({ name, contact, line }) => [name, contact, line])).toEqual([
      ['second', '#second', 4],
      ['(client 4)', 'nobody', 10],
    ]);
  });
});

describe('a file that stops the run', () => {
  it.each([
    ['an empty one', '', ['clients.yml:1:1: the file is empty']],
    [
      'one that is no YAML',
      'clients: [',
      [
        'clients.yml:1:11: unexpected end of the stream within a flow collection: is the [ of line 1, column 10 closed?',
      ],
    ],
    [
      'two documents',
      'clients: []\n---\nclients: []',
      ['clients.yml:1:1: the file holds more than one document'],
    ],
    [
      'one without clients',
      'version: 1',
      [
        'clients.yml:1:1: clients: this key is missing; expected a list of clients, each with its name and its subscriptions',
      ],
    ],
    [
      'clients that are no list',
      'clients: {}',
      [
        'clients.yml:1:10: clients: expected a list of clients, each with its name and its subscriptions; this is a mapping of keys',
      ],
    ],
    [
      'other keys',
      'clients: []\npolicy: {}',
      ['clients.yml:2:9: policy: unknown key; expected version, clients'],
    ],
    ['another version', 'version: 2\nclients: []', ['clients.yml:1:10: version: expected 1']],
    [
      'a duplicate key',
      'clients: []\nclients: []',
      [expect.stringMatching(/^clients\.yml:2:1: duplicated mapping key/) as string],
    ],
  ])('is %s', (_, text, expected) => {
    expect(stopOf(text)).toEqual(expected);
  });

  it('has two clients of one name, even where one of them has a problem', () => {
    const client = (more: string) => `  - name: twin\n    ${SUBSCRIPTION}\n${more}`;
    const text = `clients:\n${client('')}${client('    paused: 3\n')}`;
    expect(stopOf(text)).toEqual(['clients.yml:4:5: the client twin is already on line 2']);
  });

  it('is told as an error of usage', () => {
    expect(() => parseClientsFile('', 'ops/clients.yml')).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: expect.stringContaining('ops/clients.yml cannot be used'),
      }),
    );
  });

  it('is not one without any client', () => {
    expect(parseClientsFile('clients: []', 'clients.yml')).toEqual({ clients: [], misconfigured: [] });
  });
});
