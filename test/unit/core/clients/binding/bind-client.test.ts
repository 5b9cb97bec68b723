/** A client with the values of its variables: its own and no others, and none that could do harm. */
import { describe, expect, it } from 'vitest';
import { bindClient, requiredVariables } from '../../../../../src/core/clients/binding/bind-client.ts';
import {
  bound,
  boundWebhooks,
  clientIn,
  clientText,
  EVERY_VARIABLE as VALUES,
  SECRET,
  WITH_VARIABLES as TEXT,
} from '../../../../support/sample-clients.ts';

const secretOf = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;

/** The messages of what is wrong with these values. */
function problemsOf(text: string, values: Readonly<Record<string, string>>): string[] {
  const result = bindClient(clientIn(text), (name) => values[name]);
  return result.ok ? [] : result.wrong.map(({ line, message }) => `${line} ${message}`);
}

describe('a bound client', () => {
  const { endpoints, keys } = boundWebhooks(TEXT, VALUES);

  it('knows where each event type goes, with the query behind the url', () => {
    expect([...endpoints].map(([type, { url }]) => [type, url])).toEqual([
      ['team.created', 'https://example.com/42/hook?fixed=1&token=tr%26gger+1'],
      ['team.deleted', 'https://example.com/deleted'],
    ]);
  });

  it('has its headers filled in', () => {
    expect(endpoints.get('team.created')?.headers).toEqual({ authorization: 'Bearer tok-1' });
  });

  it('has the bytes of its secrets as keys', () => {
    expect(keys.map((key) => Buffer.from(key).toString('base64'))).toEqual([SECRET.replace('whsec_', '')]);
  });
});

describe('auth', () => {
  const subscription = 'subscriptions: [{event: team.created, url: "https://example.com/"';
  const authorizationOf = (text: string, values: Readonly<Record<string, string>>): string | undefined =>
    boundWebhooks(clientText(text), values).endpoints.get('team.created')?.headers['authorization'];

  it.each<[string, string, string]>([
    ['a bearer token', `auth: {bearer: "\${T}"}\n${subscription}}]`, 'Bearer tok-1'],
    [
      'a name and a password, in UTF-8',
      `auth: {basic: {username: ann, password: "\${P}"}}\n${subscription}}]`,
      `Basic ${Buffer.from('ann:pässword').toString('base64')}`,
    ],
    [
      'that of the subscription before the client’s',
      `auth: {bearer: one}\n${subscription}, auth: {bearer: two}}]`,
      'Bearer two',
    ],
    [
      'auth before a header of the client',
      `headers: {Authorization: one}\n${subscription}, auth: {bearer: two}}]`,
      'Bearer two',
    ],
    [
      'a header before auth of the client',
      `auth: {bearer: one}\n${subscription}, headers: {authorization: two}}]`,
      'two',
    ],
  ])('sends %s', (_, body, expected) => {
    expect(authorizationOf(`name: a\n${body}`, { T: 'tok-1', P: 'pässword' })).toBe(expected);
  });

  it('needs its variables, and never shows what it is made of', () => {
    const text = clientText(
      `name: a\nauth: {basic: {username: "\${U}", password: "\${P}"}}\n${subscription}}]`,
    );
    expect(requiredVariables(clientIn(text))).toEqual(['TEAM_EVENTS_CLIENT_A__P', 'TEAM_EVENTS_CLIENT_A__U']);
    const { hidden } = bound(text, { U: 'ann', P: 'pass' });
    expect(hidden.everywhere).toEqual(['ann', 'pass']);
    expect(hidden.own).toContain(Buffer.from('ann:pass').toString('base64'));
    const literal = bound(clientText(`name: a\nauth: {bearer: literal}\n${subscription}}]`)).hidden;
    expect(literal).toMatchObject({ everywhere: [], own: expect.arrayContaining(['literal']) });
  });

  it('cannot have a username with a colon; the message does not repeat it', () => {
    const text = clientText(`name: a\nauth: {basic: {username: "\${U}", password: p}}\n${subscription}}]`);
    expect(problemsOf(text, { U: 'a:b' })).toEqual([
      '3 the username of auth.basic holds a colon, which ends it',
    ]);
  });
});

describe('the variables of a client', () => {
  it('are to blame for a wrong secret, not the file, if the secret comes from one', () => {
    const text = clientText(
      `name: a\nsecrets: ["\${S}"]\nsubscriptions: [{event: team.created, url: https://e.example}]`,
    );
    const result = bindClient(clientIn(text), (name) => (name === 'S' ? 'foo' : undefined));
    expect(result).toMatchObject({
      ok: false,
      wrong: [
        {
          variable: 'TEAM_EVENTS_CLIENT_A__S',
          message: expect.stringMatching(/^TEAM_EVENTS_CLIENT_A__S: a secret does not begin with whsec_/),
        },
      ],
    });
  });

  it('can be listed without their values', () => {
    expect(requiredVariables(clientIn(TEXT))).toEqual(
      ['PROJECT', 'SECRET', 'TOKEN', 'TRIGGER', 'URL'].map(
        (name) => `TEAM_EVENTS_CLIENT_GITLAB_GROUPS__${name}`,
      ),
    );
  });

  it('that are missing are all named, each at its line, with what to set', () => {
    const problems = problemsOf(TEXT, { TOKEN: 't', URL: 'https://example.com/' });
    expect(problems.map((problem) => problem.replace(/ has no value.*/, ''))).toEqual([
      '3 ${SECRET}',
      '7 ${PROJECT}',
      '8 ${TRIGGER}',
    ]);
    for (const problem of problems) {
      expect(problem).toMatch(
        /set TEAM_EVENTS_CLIENT_GITLAB_GROUPS__[A-Z]+ .*under gitlab-groups in TEAM_EVENTS_SECRETS/,
      );
    }
  });

  it('are asked of its own lookup alone', () => {
    const asked = new Set<string>();
    bindClient(clientIn(TEXT), (name) => {
      asked.add(name);
      return VALUES[name as keyof typeof VALUES];
    });
    expect([...asked].sort()).toEqual(['PROJECT', 'SECRET', 'TOKEN', 'TRIGGER', 'URL']);
  });
});

describe('secrets', () => {
  const withSecrets = (...secrets: string[]): string =>
    clientText(
      `name: a\nsecrets: ${JSON.stringify(secrets)}\nsubscriptions: [{event: team.created, url: "https://example.com/"}]`,
    );
  const [one, two, three] = [secretOf(24), secretOf(32), secretOf(64)];

  it.each([
    ['one', [one], {}, [24]],
    ['several', [one, two], {}, [24, 32]],
    ['several in one value', ['${S}'], { S: `${one} ${two},${three}` }, [24, 32, 64]],
    ['several in one value, on lines of their own', ['${S}'], { S: `\n${one}\n${two}\n` }, [24, 32]],
    ['without padding', [secretOf(32).replaceAll('=', '')], {}, [32]],
    ['none at all', [], {}, []],
  ])('may be %s', (_, secrets, values, lengths) => {
    expect(boundWebhooks(withSecrets(...secrets), values).keys.map(({ length }) => length)).toEqual(lengths);
  });

  it.each([
    ['of 23 bytes', secretOf(23), 'a secret has 23 bytes; expected 24 to 64'],
    ['of 65 bytes', secretOf(65), 'a secret has 65 bytes; expected 24 to 64'],
    ['without its prefix', one.replace('whsec_', ''), 'a secret does not begin with whsec_'],
    ['in another alphabet', `whsec_${'-_'.repeat(20)}`, 'a secret is not base64 after whsec_'],
    ['that is no base64', 'whsec_not base64!', 'a secret is not base64 after whsec_'],
    ['that is empty', ' ', 'the variables under secrets are empty'],
  ])('are never %s; the message does not repeat them', (_, secret, expected) => {
    const problems = problemsOf(withSecrets('${S}'), { S: secret });
    expect(problems[0]).toContain(expected);
    expect(problems.join()).not.toContain(secret.length > 3 ? secret.slice(6) : 'nothing to find');
  });
});

describe('a value that could do harm', () => {
  const header = clientText(
    'name: a\nheaders: {x-token: "${T}"}\nsubscriptions: [{event: team.created, url: "https://example.com/"}]',
  );
  it('is told once where several events share an entry', () => {
    const shared = header.replace('event: team.created', 'events: [team.created, team.deleted]');
    expect(problemsOf(shared, { T: 'a\nb' })).toHaveLength(1);
  });

  const url = clientText('name: a\nsubscriptions: [{event: team.created, url: "${U}"}]');

  it.each(['a\r\nx-injected: 1', 'a\nb', 'a\rb', 'a\0b', 'a\u007fb', 'snow \u2603'])(
    'cannot be a header: %j',
    (value) => {
      const problems = problemsOf(header, { T: value });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(
        'the value of the header x-token holds a line break or a character that no header can carry',
      );
      expect(problems[0]).not.toContain(value);
    },
  );

  it.each([
    ['ftp://example.com/', 'the url does not begin with https:'],
    ['file:///etc/passwd', 'the url does not begin with https:'],
    ['https://me:pass@example.com/', 'the url holds credentials'],
    ['https://example.com/#part', 'the url has a fragment'],
    ['not a url', 'the url cannot be parsed'],
    ['', 'the url cannot be parsed'],
  ])('cannot be a url: %j', (value, expected) => {
    const problems = problemsOf(url, { U: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
    expect(problems[0]).not.toContain(value || 'no value');
  });

  it('cannot add to a query more than its own value', () => {
    const query = clientText(
      'name: a\nsubscriptions: [{event: team.created, url: "https://example.com/", query: {t: "${T}"}}]',
    );
    const endpoint = boundWebhooks(query, { T: 'a&b=c#d' }).endpoints.get('team.created');
    expect([...new URL(endpoint?.url ?? '').searchParams]).toEqual([['t', 'a&b=c#d']]);
  });
});

describe('the place of an endpoint', () => {
  it.each([
    ['https://Example.com/a/b?token=c', {}, 'https://example.com/a/b'],
    ['https://example.com/${A}/b?token=c', { A: 'secret' }, 'https://example.com/${A}/b'],
    ['https://${A}.example.com/b', { A: 'secret' }, 'https://${A}.example.com/b'],
    ['${A}/more?x=y', { A: 'https://example.com/secret' }, '${A}/more (example.com)'],
    ['${A}&token=literal', { A: 'https://example.com:8443/x?a=b' }, '${A} (example.com:8443)'],
    ['https://example.com/$${A}', {}, 'https://example.com/$%7BA%7D'],
    ['https://example.com/a\tb/${A}', { A: 'x' }, 'https://example.com/ab/${A}'],
  ])('%s with %j is told as %s', (url, values, place) => {
    const text = JSON.stringify({
      clients: [{ name: 'a', subscriptions: [{ event: 'team.created', method: 'PUT', url }] }],
    });
    expect(boundWebhooks(text, values).endpoints.get('team.created')?.place).toBe(`PUT ${place}`);
  });
});

describe('a query', () => {
  const urlOf = (url: string, query: Record<string, string>): string | undefined => {
    const subscriptions = [{ event: 'team.created', url, query }];
    return boundWebhooks(JSON.stringify({ clients: [{ name: 'a', subscriptions }] })).endpoints.get(
      'team.created',
    )?.url;
  };

  // Signed urls count on every byte of theirs, and receivers tell `flag` from `flag=`.
  it.each([
    'token=st=1600000000~exp=1600003600~acl=/live/*~hmac=abc123',
    'sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=a-b_c%2Bd%3D',
    'title=a%20b&x=(y)',
    'flag&sig=1',
    'a=%E9&b=c',
    'a=1&&b',
    'a?b',
  ])('of the url stays as it is written: %s', (written) => {
    expect(urlOf(`https://example.com/hook?${written}`, {})).toBe(`https://example.com/hook?${written}`);
    expect(urlOf(`https://example.com/hook?${written}`, { v: '1' })).toBe(
      `https://example.com/hook?${written}&v=1`,
    );
  });

  it.each([
    ['https://example.com', 'https://example.com/?v=1%262'],
    ['https://example.com/hook', 'https://example.com/hook?v=1%262'],
    ['https://example.com/hook?', 'https://example.com/hook?v=1%262'],
    ['https://example.com/hook?a=1&', 'https://example.com/hook?a=1&v=1%262'],
    ['https://example.com/hook#', 'https://example.com/hook?v=1%262'],
    ['https://example.com/hook?a#', 'https://example.com/hook?a&v=1%262'],
  ])('that is added stands behind %s', (url, expected) => {
    expect(urlOf(url, { v: '1&2' })).toBe(expected);
  });
});
