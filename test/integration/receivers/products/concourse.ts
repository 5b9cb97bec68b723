/** Concourse 8.2.4: `atc/api/teamserver/`, `atc/team.go`, `fly/commands/login.go`. */
import { answer, sorted, type Product } from './product.ts';

type Auth = Readonly<
  Record<string, { readonly users?: readonly string[]; readonly groups?: readonly string[] }>
>;

export function concourse(): Product {
  const teams = new Map<string, Auth>();
  return {
    hosts: ['https://ci.example.com'],
    authorization: 'Bearer from-sky',
    open: ['POST /sky/issuer/token'],
    routes: {
      'POST /sky/issuer/token': () =>
        answer(200, { access_token: 'from-sky', token_type: 'bearer', expires_in: 86399, id_token: 'x' }),
      'PUT /api/v1/teams/:team': ([team = ''], { auth }) => {
        const roles = Object.values((auth ?? {}) as Auth);
        const isSet = ({ users = [], groups = [] }: Auth[string]): boolean =>
          users.length + groups.length > 0;
        if (roles.length === 0 || !roles.every(isSet)) return answer(400);
        const status = teams.has(team) ? 200 : 201;
        teams.set(team, auth as Auth);
        return answer(status, { team: { id: 1, name: team, auth } });
      },
      'DELETE /api/v1/teams/:team': ([team = '']) => answer(teams.delete(team) ? 204 : 404),
    },
    teams: () =>
      sorted(
        [...teams].map(([team, auth]) => [
          team,
          (auth['member']?.users ?? []).map((user) => user.replace('oidc:', '')),
        ]),
      ),
  };
}
