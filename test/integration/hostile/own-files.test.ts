/** What the program finds in a work tree is written by many: it is read only where it is a regular file of that tree. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { teamEvents } from '../../support/program.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

const CLIENTS =
  'clients: [{ name: one, subscriptions: [{ event: team.created, url: "https://a.example" }] }]\n';

function site(make: (path: string) => void) {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', []) });
  const path = join(repo.directory, 'clients.yml');
  make(path);
  return { directory: repo.directory, path };
}

const secret = (): string => {
  const path = join(tempFolder(), 'secret.yml');
  writeFileSync(path, 'db_password: hunter2\n');
  return path;
};

describe.each<[what: string, make: (path: string) => void]>([
  ['a link to a file elsewhere', (path) => symlinkSync(secret(), path)],
  ['a link to a device that never ends', (path) => symlinkSync('/dev/zero', path)],
  ['a pipe', (path) => void execFileSync('mkfifo', [path])],
  ['a folder', (path) => mkdirSync(path)],
])('clients.yml that is %s', (_, make) => {
  it.each([
    ['check', ['check']],
    ['a dry run', ['--print-events']],
    ['a run', ['--from', 'root']],
  ])('is not read by %s: exit 2, and nothing of it is shown', async (_name, args) => {
    const { directory } = site(make);
    const { code, stdout, stderr } = await teamEvents([...args, '-C', directory]);
    expect(code).toBe(2);
    expect(`${stdout}${stderr}`).toMatch(/clients\.yml.*not read: it is/);
    expect(`${stdout}${stderr}`).not.toContain('db_password');
  });

  it('is not read either where it is named', async () => {
    const { directory, path } = site(make);
    expect(await teamEvents(['check', '-C', directory, '--clients', path])).toMatchObject({ code: 2 });
  });
});

describe('a clients file', () => {
  it('may be a link to another file of the teams repo', async () => {
    const { directory } = site((path) => symlinkSync('other.yml', path));
    writeFileSync(join(directory, 'other.yml'), CLIENTS);
    expect(await teamEvents(['check', '-C', directory])).toMatchObject({ code: 0 });
  });

  it('that the operator keeps elsewhere may be a link, as Kubernetes mounts them', async () => {
    const { directory, path } = site((place) => writeFileSync(place, CLIENTS));
    const elsewhere = join(tempFolder(), 'clients.yml');
    symlinkSync(path, elsewhere);
    expect(await teamEvents(['check', '-C', directory, '--clients', elsewhere])).toMatchObject({ code: 0 });
  });

  it('is not read beyond 16 MiB', async () => {
    const { directory } = site((path) => writeFileSync(path, CLIENTS));
    const { code, stderr } = await teamEvents(['check', '-C', directory, '--clients', '/dev/zero']);
    expect(code).toBe(2);
    expect(stderr).toContain('/dev/zero is larger than 16 MiB');
  });
});
