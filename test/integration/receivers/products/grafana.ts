/** Grafana, docs and source of 2026: `docs/sources/developers/http_api/{folder,team}.md`, `pkg/services/team/teamapi/`. */
import { answer, refused, sorted, type Product } from './product.ts';

export function grafana(isUser: (email: string) => boolean = () => true): Product {
  const folders = new Map<string, string>();
  const teams = new Map<string, { readonly name: string; members: readonly string[] }>();
  let last = 0;
  return {
    hosts: ['https://grafana.example.com'],
    authorization: 'Bearer t0ken',
    routes: {
      'POST /api/folders': (_, { uid, title }) => {
        if (typeof uid !== 'string' || !/^[\w-]{1,40}$/.test(uid))
          return refused(400, 'uid contains illegal characters');
        if (typeof title !== 'string' || title === '') return refused(400, 'folder title cannot be empty');
        if (folders.has(uid)) return refused(409, 'a folder with that UID already exists');
        folders.set(uid, title);
        return answer(200, { uid, title, version: 1 });
      },
      'PUT /api/folders/:uid': ([uid = ''], { title, overwrite }) => {
        if (!folders.has(uid)) return refused(404, 'folder not found');
        if (overwrite !== true)
          return answer(412, { status: 'version-mismatch', message: 'changed by someone else' });
        folders.set(uid, String(title));
        return answer(200, { uid, title });
      },
      'DELETE /api/folders/:uid': ([uid = '']) =>
        folders.delete(uid) ? refused(200, 'Folder deleted') : refused(404, 'folder not found'),
      'POST /api/teams': (_, { name }) => {
        if ([...teams.values()].some((one) => one.name === name)) return refused(409, 'Team name taken');
        teams.set(String(++last), { name: String(name), members: [] });
        return answer(200, { message: 'Team created', teamId: last, uid: 'x' });
      },
      'GET /api/teams/search': (_, __, query) => {
        const found = [...teams].filter(([, { name }]) => name === query.get('name'));
        return answer(200, {
          totalCount: found.length,
          teams: found.map(([id, { name }]) => ({ id: Number(id), orgId: 1, name })),
          page: 1,
          perPage: 1000,
        });
      },
      'DELETE /api/teams/:id': ([id = '']) =>
        teams.delete(id) ? refused(200, 'Team deleted') : refused(404, 'Failed to delete Team. ID not found'),
      'PUT /api/teams/:id/members': ([id = ''], { members, admins }) => {
        const team = teams.get(id);
        if (team === undefined) return refused(404, 'Team not found');
        if (!Array.isArray(members) || !Array.isArray(admins)) return refused(400, 'bad request data');
        if (!members.every((one) => isUser(String(one)))) return refused(404, 'user not found');
        team.members = members.map(String);
        return refused(200, 'Team memberships have been updated');
      },
    },
    folders: () => [...folders.keys()].sort(),
    teams: () => sorted([...teams.values()].map(({ name, members }) => [name, members])),
  };
}
