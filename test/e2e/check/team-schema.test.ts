/** `team-events schema team`: of the configuration as it is in the work tree. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { teamEvents } from '../../support/program.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

const schemaOf = async (...args: string[]): Promise<unknown> => {
  const { code, stdout, stderr } = await teamEvents(['schema', 'team', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};
const withKey = (key: string) => ({
  $defs: { team: { properties: { [key]: { items: { $ref: '#/$defs/member' } } } } },
});

it('schema team is made from team-events.yml of the work tree, from --config, or from the defaults', async () => {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['x']) });
  expect(await schemaOf('-C', repo.directory)).toMatchObject(withKey('membres'));
  repo.write({ 'team-events.yml': 'catalogue: { members: people }\n' });
  const own = await schemaOf('-C', join(repo.directory, 'teams'));
  expect(own).toMatchObject(withKey('people'));
  expect(own).not.toMatchObject(withKey('membres'));
  const config = join(tempFolder(), 'config.yml');
  writeFileSync(config, 'catalogue: { members: staff }\n');
  expect(await schemaOf('-C', repo.directory, '--config', config)).toMatchObject(withKey('staff'));

  repo.write({ 'team-events.yml': 'catalogue: { member: 5 }\n' });
  expect(await teamEvents(['schema', 'team', '-C', repo.directory])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(
      'team-events.yml:1:22: catalogue.member: expected a key or a list of keys',
    ),
  });
});
