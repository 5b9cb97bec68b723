/** GitLab, docs and source of 2025: `doc/api/groups.md`, `doc/api/group_members.md`, `lib/api/groups.rb`, `lib/api/members.rb`. */
import { answer, refused, sorted, type Product } from './product.ts';

const isPath = (path: unknown): path is string =>
  typeof path === 'string' &&
  /^[\w.](?:[\w.-]{0,253}[\w])?$/.test(path) &&
  !/\.(git|atom)$/.test(path) &&
  !/[-_.]{2}/.test(path);
const isName = (name: unknown): boolean =>
  typeof name === 'string' && /^[\p{L}\p{N}_][\p{L}\p{N}_.() -]{0,254}$/u.test(name);
const isDescription = (text: unknown): boolean => typeof text === 'string' && [...text].length <= 500;

export function gitlab(isUser: (name: string) => boolean = () => true): Product {
  /** Members by path. */
  const groups = new Map<string, Set<string>>();
  const users: string[] = [];
  const idOf = (name: string): number =>
    (users.includes(name) ? users.indexOf(name) : users.push(name) - 1) + 1000;
  const groupAt = (path: string): Set<string> | undefined => groups.get(/^acme\/(.*)$/.exec(path)?.[1] ?? '');
  const groupMissing = refused(404, '404 Group Not Found');
  const saveFailed = (errors: string) => refused(400, `Failed to save group {${errors}}`);
  return {
    hosts: ['https://gitlab.example.com'],
    authorization: 'Bearer t0ken',
    routes: {
      'GET /api/v4/version': () => answer(200, { version: '18.4.0', revision: 'abc' }),
      'POST /api/v4/groups': (_, { parent_id: parent, path, name, description }) => {
        if (parent !== 42) return groupMissing;
        if (!isPath(path)) return saveFailed(':path=>["can contain only letters"]');
        if (!isName(name)) return saveFailed(':name=>["can contain only letters"]');
        if (!isDescription(description))
          return saveFailed(':description=>["is too long (maximum is 500 characters)"]');
        if (groups.has(path.toLowerCase())) return saveFailed(':path=>["has already been taken"]');
        groups.set(path.toLowerCase(), new Set());
        return answer(201, { id: 7, path });
      },
      'PUT /api/v4/groups/:group': ([at = ''], { path, name, description }) => {
        const group = groupAt(at);
        if (group === undefined) return groupMissing;
        if (!isPath(path) || !isName(name) || !isDescription(description)) return refused(400, 'invalid');
        if (groups.has(path) && groups.get(path) !== group)
          return refused(400, 'path: has already been taken');
        groups.delete(at.slice('acme/'.length));
        groups.set(path, group);
        return answer(200, { id: 7, path });
      },
      'DELETE /api/v4/groups/:group': ([at = '']) =>
        groups.delete(at.slice('acme/'.length)) ? refused(202, '202 Accepted') : groupMissing,
      // By the whole name, whatever its case.
      'GET /api/v4/users': (_, __, query) => {
        const name = query.get('username')?.toLowerCase() ?? '';
        return answer(200, isUser(name) ? [{ id: idOf(name), username: name }] : []);
      },
      'POST /api/v4/groups/:group/members': ([at = ''], { user_id: user, access_level: level }) => {
        const group = groupAt(at);
        const name = users[Number(user) - 1000];
        if (group === undefined) return groupMissing;
        if (level !== 30) return refused(400, 'access_level does not have a valid value');
        if (name === undefined) return refused(404, '404 User Not Found');
        if (group.has(name)) return refused(409, 'Member already exists');
        group.add(name);
        return answer(201, { id: user, username: name });
      },
      'DELETE /api/v4/groups/:group/members/:user': ([at = '', user = '']) => {
        const group = groupAt(at);
        if (group === undefined) return groupMissing;
        return group.delete(users[Number(user) - 1000] ?? '') ? answer(204) : refused(404, '404 Not found');
      },
    },
    teams: () => sorted(groups),
  };
}
