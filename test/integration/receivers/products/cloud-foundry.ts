/** Cloud Controller API v3, source of 8/2026: `docs/v3/source/includes/resources/`, `app/controllers/v3/roles_controller.rb`. */
import { answer, sorted, type Product } from './product.ts';

interface Relationships {
  readonly user: { readonly data: { readonly username: string; readonly origin: string } };
  readonly organization: { readonly data: { readonly guid: string } };
}

export function cloudFoundry(isUser: (name: string) => boolean = () => true): Product {
  const organisations = new Map<string, { name: string; suspended: boolean }>();
  /** User and organisation by guid of the role. */
  const roles = new Map<string, { readonly user: string; readonly org: string }>();
  let last = 0;
  const guid = (what: string): string => `${what}-${++last}`;
  const page = (guids: readonly string[]) =>
    answer(200, {
      pagination: { total_results: guids.length },
      resources: guids.map((one) => ({ guid: one })),
    });
  const refused = (status: number, code: number, title: string, detail: string) =>
    answer(status, { errors: [{ code, title, detail }] });
  const invalid = (detail: string) => refused(422, 10008, 'CF-UnprocessableEntity', detail);
  const missing = (what: string) => refused(404, 10010, 'CF-ResourceNotFound', `${what} not found`);
  const named = (name: string) =>
    [...organisations].find(([, one]) => one.name.toLowerCase() === name.toLowerCase())?.[0];
  const userGuid = (name: string): string => `user:${name}`;
  return {
    hosts: ['https://api.sys.example.com', 'https://uaa.sys.example.com'],
    authorization: 'Bearer from-uaa',
    open: ['POST /oauth/token'],
    routes: {
      'POST /oauth/token': () =>
        answer(200, { access_token: 'from-uaa', token_type: 'bearer', expires_in: 599 }),
      'GET /v3/info': () => answer(200, { build: '', name: 'cf' }),
      'POST /v3/organizations': (_, { name }) => {
        if (typeof name !== 'string' || name === '') return invalid("Name can't be blank");
        if (named(name) !== undefined) return invalid(`Organization '${name}' already exists.`);
        organisations.set(guid('org'), { name, suspended: false });
        return answer(201, { name });
      },
      'GET /v3/organizations': (_, __, query) =>
        page((query.get('names') ?? '').split(',').flatMap((name) => named(name) ?? [])),
      'PATCH /v3/organizations/:guid': ([at = ''], { name, suspended }) => {
        const found = organisations.get(at);
        if (found === undefined) return missing('Organization');
        if (typeof name === 'string' && ![at, undefined].includes(named(name)))
          return invalid(`Organization name is taken`);
        if (typeof name === 'string') found.name = name;
        if (typeof suspended === 'boolean') found.suspended = suspended;
        return answer(200, { guid: at });
      },
      'GET /v3/users': (_, __, query) =>
        page((query.get('usernames') ?? '').split(',').filter(isUser).map(userGuid)),
      'GET /v3/roles': (_, __, query) =>
        page(
          [...roles].flatMap(([at, { user, org }]) =>
            user === query.get('user_guids') && org === query.get('organization_guids') ? [at] : [],
          ),
        ),
      'POST /v3/roles': (_, { type, relationships }) => {
        const { user, organization } = relationships as Relationships;
        const { username, origin } = user.data;
        const org = organization.data.guid;
        if (type !== 'organization_user') return invalid('Type must be one of the allowed types');
        if (!isUser(username))
          return invalid(`No user exists with the username '${username}' and origin '${origin}'.`);
        if (!organisations.has(org))
          return invalid('Invalid organization. Ensure that the organization exists.');
        if ([...roles.values()].some((one) => one.org === org && one.user === userGuid(username)))
          return invalid(`User '${username}' already has 'organization_user' role in organization 'x'.`);
        roles.set(guid('role'), { user: userGuid(username), org });
        return answer(201, {});
      },
      'DELETE /v3/roles/:guid': ([at = '']) => (roles.delete(at) ? answer(202) : missing('Role')),
    },
    teams: () =>
      sorted(
        [...organisations]
          .filter(([, { suspended }]) => !suspended)
          .map(([org, { name }]) => [
            name,
            [...roles.values()]
              .filter((role) => role.org === org)
              .map(({ user }) => user.replace('user:', '')),
          ]),
      ),
  };
}
