/** Tokens by OAuth 2.0, with the built program and real servers. */
import { describe, expect, it } from 'vitest';
import { teamEvents, type Result } from '../../support/program.ts';
import { toLoopback } from '../../support/loopback.ts';
import { clientsFile } from '../../support/receiver.ts';
import { startApi, type ApiAnswer } from '../../support/sample-api.ts';
import { createRepo, team, type SampleRepo } from '../../support/sample-repo.ts';

const SECRETS = { SECRET: 's%/cret', PASSWORD: 'pass word' };
const ENV = Object.fromEntries(
  Object.entries(SECRETS).map(([name, value]) => [`TEAM_EVENTS_CLIENT_ONE__${name}`, value]),
);

function threeTeams(): SampleRepo {
  const repo = createRepo();
  for (const name of ['a', 'b', 'c']) repo.commit({ [`teams/${name}.yml`]: team(name, ['x']) });
  return repo;
}

const client = (auth: string, url: string, more = ''): string =>
  clientsFile(
    `  - name: one\n    auth: { oauth2: { ${auth} } }\n    subscriptions: [{ event: team.created, url: '${url}/teams/\${team.id}'${more} }]\n`,
  );

const deliver = (clients: string): Promise<Result> =>
  teamEvents([...toLoopback(threeTeams().directory, clients, ['--from', 'root']), '--attempts', '1'], {
    env: ENV,
  });

/** A server that gives tokens, one after the other, and takes those that `isGood` says. */
const startServer = (
  token: (count: number) => ApiAnswer,
  isGood: (token: string | undefined, requests: number) => boolean,
) => {
  let [tokens, requests] = [0, 0];
  return startApi(({ path, headers }) => {
    if (path === '/token') return token(++tokens);
    return { status: isGood(headers.authorization?.replace('Bearer ', ''), ++requests) ? 200 : 401 };
  });
};

const tokenOf = (count: number, more: object = { expires_in: 3600 }): ApiAnswer => ({
  status: 200,
  body: { access_token: `t0ken-${count}`, token_type: 'Bearer', ...more },
});

describe('auth by oauth2', () => {
  it('asks for a token once, as RFC 6749 says, and shows it nowhere', async () => {
    const api = await startServer(tokenOf, (token) => token === 't0ken-1');
    const auth = `url: '${api.url}/token', id: 'fl:y', secret: '\${SECRET}', grant: password, username: bot, password: '\${PASSWORD}', scope: openid groups`;
    const result = await deliver(client(auth, api.url));
    expect(result).toMatchObject({ code: 0 });
    expect(api.calls()).toEqual(['POST /token', 'POST /teams/a', 'POST /teams/b', 'POST /teams/c']);
    const [asked] = api.requests;
    expect(asked?.body).toBe('grant_type=password&username=bot&password=pass+word&scope=openid+groups');
    expect(asked?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('fl%3Ay:s%25%2Fcret').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    });
  });

  it('asks again when it has lapsed, and when it is refused once', async () => {
    const lapsing = await startServer(
      (count) => tokenOf(count, { expires_in: '0.001' }),
      () => true,
    );
    const auth = (url: string): string => `url: '${url}/token', id: a`;
    expect(await deliver(client(auth(lapsing.url), lapsing.url))).toMatchObject({ code: 0 });
    expect(lapsing.calls().filter((call) => call === 'POST /token').length).toBeGreaterThan(1);

    const refusing = await startServer(
      (count) => tokenOf(count, {}),
      (token, requests) => requests === 1 || token === 't0ken-2',
    );
    expect(await deliver(client(auth(refusing.url), refusing.url))).toMatchObject({ code: 0 });
    expect(refusing.calls()).toEqual([
      'POST /token',
      'POST /teams/a',
      'POST /teams/b', // 401
      'POST /token',
      'POST /teams/b',
      'POST /teams/c',
    ]);
  });

  it('that is refused twice blocks the lane, without a word of the tokens', async () => {
    const api = await startServer(tokenOf, () => false);
    const { code, stdout, stderr } = await deliver(client(`url: '${api.url}/token', id: a`, api.url));
    expect(code).toBe(3);
    expect(stdout).toContain(`POST ${api.url}/teams/a: status 401`);
    expect(api.calls()).toEqual(['POST /token', 'POST /teams/a', 'POST /token', 'POST /teams/a']);
    expect(`${stdout}${stderr}`).not.toContain('t0ken');
  });

  it('never shows a token that the receiver says back', async () => {
    const api = await startApi(({ path, headers }) =>
      path === '/token' ? tokenOf(1) : { status: 400, body: { message: `bad ${headers.authorization}` } },
    );
    const { stdout, stderr } = await deliver(client(`url: '${api.url}/token', id: a`, api.url));
    expect(stdout).toContain('status 400: bad Bearer');
    expect(`${stdout}${stderr}`).not.toContain('t0ken');
  });

  it.each<[string, ApiAnswer, string]>([
    ['a refusal', { status: 401, body: { error: 'never-shown' } }, 'status 401'],
    [
      'no token',
      { status: 200, body: { access: 'never-shown' } },
      'status 200, and no bearer token in the answer',
    ],
    [
      'a token of another kind',
      { status: 200, body: { access_token: 'never-shown', token_type: 'mac' } },
      'no bearer token in the answer',
    ],
    [
      'a token that no header carries',
      { status: 200, body: { access_token: 'never-shown\r\nX: y' } },
      'no bearer token in the answer',
    ],
    ['no JSON', { status: 200, body: 'never-shown' }, 'no bearer token in the answer'],
    ['null', { status: 200, body: 'null' }, 'no bearer token in the answer'],
  ])('that is answered by %s blocks the lane, and shows nothing of it', async (_, answer, reason) => {
    const api = await startApi(() => answer);
    const { code, stdout, stderr } = await deliver(client(`url: '${api.url}/token', id: a`, api.url));
    expect(code).toBe(3);
    expect(stdout).toContain(`POST ${api.url}/token: `);
    expect(stdout).toContain(reason);
    expect(`${stdout}${stderr}`).not.toContain('never-shown');
    expect(api.calls()).toEqual(['POST /token']);
  });

  it('asks no address that the policy forbids', async () => {
    const api = await startApi();
    const { code, stdout } = await deliver(client("url: 'http://169.254.169.254/token', id: a", api.url));
    expect(code).toBe(3);
    expect(stdout).toMatch(/POST http:\/\/169\.254\.169\.254\/token: .*169\.254\.169\.254/);
    expect(api.requests).toHaveLength(0);
  });
});
