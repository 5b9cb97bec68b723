/** Gitea, source of 2026: `routers/api/v1/org/team.go`, `models/organization/team_list.go`, `templates/swagger/v1_json.tmpl`. */
import { answer, refused, sorted, type Product } from './product.ts';

interface Team {
  name: string;
  readonly members: Set<string>;
}

export function gitea(isUser: (name: string) => boolean = () => true): Product {
  const teams = new Map<string, Team>();
  const organisations = new Set<string>();
  let last = 0;
  return {
    hosts: ['https://gitea.example.com'],
    authorization: 'Bearer t0ken',
    routes: {
      'POST /api/v1/orgs/acme/teams': (_, { name, permission, units_map: units }) => {
        if (typeof name !== 'string' || !/^[\w.-]{1,255}$/.test(name) || name === 'new')
          return refused(422, 'Name must be valid alpha or numeric or dash(-_) or dot characters');
        if (permission !== 'write' || typeof units !== 'object')
          return refused(500, 'units permission should not be empty');
        if ([...teams.values()].some((one) => one.name.toLowerCase() === name.toLowerCase()))
          return refused(422, `team already exists [org_id: 3, name: ${name}]`);
        teams.set(String(++last), { name, members: new Set() });
        return answer(201, { id: last, name });
      },
      // A team is found by any part of its name, in which SQL's own wildcards count; the first one by name comes first.
      'GET /api/v1/orgs/acme/teams/search': (_, __, query) => {
        const part = query
          .get('q')
          ?.toLowerCase()
          .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
          .replaceAll('_', '.')
          .replaceAll('%', '.*');
        const found = [...teams].filter(([, { name }]) =>
          new RegExp(part ?? '', 's').test(name.toLowerCase()),
        );
        found.sort(([, a], [, b]) => (a.name < b.name ? -1 : 1));
        return answer(200, { ok: true, data: found.map(([id, { name }]) => ({ id: Number(id), name })) });
      },
      'DELETE /api/v1/teams/:id': ([id = '']) => (teams.delete(id) ? answer(204) : refused(404, 'Not Found')),
      'PUT /api/v1/teams/:id/members/:user': ([id = '', user = '']) => {
        if (!teams.has(id) || !isUser(user)) return refused(404, 'Not Found');
        teams.get(id)?.members.add(user.toLowerCase());
        return answer(204);
      },
      'DELETE /api/v1/teams/:id/members/:user': ([id = '', user = '']) => {
        if (!teams.has(id) || !isUser(user)) return refused(404, 'Not Found');
        teams.get(id)?.members.delete(user.toLowerCase());
        return answer(204);
      },
      'POST /api/v1/orgs': (_, { username }) => {
        if (
          typeof username !== 'string' ||
          !/^[a-zA-Z0-9](?:[-_.]?[a-zA-Z0-9])*$/.test(username) ||
          username.length > 40
        )
          return refused(422, 'UserName must be a valid username');
        if (organisations.has(username)) return refused(422, `user already exists [name: ${username}]`);
        organisations.add(username);
        return answer(201, { username });
      },
    },
    teams: () =>
      sorted(
        [...teams.values()].map(({ name, members }) => [name.replace(/^acme\.(.*)\.team$/, '$1'), members]),
      ),
  };
}
