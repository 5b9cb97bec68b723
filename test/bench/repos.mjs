// The repositories that rows look at, each made when it is first asked for.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeRepo } from './make-repo.mjs';

export function createRepos({ teams, folders, commits, growth: points }, work) {
  const kinds = {
    folders: { teams, folders, commits },
    flat: { teams, folders: 0, commits },
    long: { teams, folders, commits: Math.max(...points) },
  };
  const made = new Map();
  const make = async (name, shape) => {
    const repo = join(work, `${name}.git`);
    mkdirSync(repo);
    await makeRepo(repo, shape);
    return repo;
  };
  const of = (shape) => {
    const name = `repo-${Object.values(shape).join('-')}`;
    if (!made.has(name)) made.set(name, make(name, shape));
    return made.get(name);
  };
  return {
    of,
    get: (kind) => of(kinds[kind]),
    /** One commit, which brings so many teams: an event for each. */
    ofTeams: (count) => of({ teams: count, folders: 1, commits: 1 }),
  };
}
