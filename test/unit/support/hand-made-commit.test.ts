/** The commits that tests make without git are those that git would have made. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRepo, gitEnvironment, type SampleRepo } from '../../support/sample-repo.ts';

/** Commits what is there with git itself. */
function byGit({ directory }: SampleRepo, commits: number, title: string): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: directory, env: gitEnvironment(commits), encoding: 'utf8' }).trim();
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', title);
  return git('rev-parse', 'HEAD');
}

it.each(['sha1', 'sha256'])(
  'has the id, the index and the reflog that git would give it, with %s',
  (objectFormat) => {
    const [ours, gits] = [createRepo(undefined, { objectFormat }), createRepo(undefined, { objectFormat })];
    const steps: readonly ((directory: string) => void)[] = [
      () => undefined,
      (directory) => {
        for (const folder of ['a', 'a.b', 'a/c']) mkdirSync(join(directory, folder));
        for (const path of ['a.b/x', 'a/c/é.yml', 'a/x', 'a0', 'a-'])
          writeFileSync(join(directory, path), path);
        writeFileSync(join(directory, 'empty'), '');
        writeFileSync(Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff, 0xfe])]), '\0\xff');
      },
      (directory) => {
        symlinkSync('a/x', join(directory, 'link'));
        writeFileSync(join(directory, 'run'), '#!/bin/sh\n');
        chmodSync(join(directory, 'run'), 0o755);
        rmSync(join(directory, 'a.b'), { recursive: true });
        writeFileSync(join(directory, 'x'.repeat(200)), 'long');
      },
      () => undefined,
    ];
    for (const [index, change] of steps.entries()) {
      change(ours.directory);
      change(gits.directory);
      expect(ours.commit({}, `Étape ${index}`)).toBe(byGit(gits, index + 1, `Étape ${index}`));
      for (const asked of [
        ['ls-files', '--stage'],
        ['reflog', '--date=raw'],
        ['reflog', 'main'],
        ['status', '--porcelain'],
      ])
        expect(ours.git(...asked)).toBe(gits.git(...asked));
    }
    expect(ours.git('fsck', '--strict')).toBe('');
    expect(ours.git('diff-files', '--name-only')).toBe(''); // the index knows the files as they are
  },
);

it('leaves to git what is more than that', () => {
  const repo = createRepo();
  repo.write({ '.gitignore': 'ignored\n', ignored: 'x' });
  repo.commit({ a: 'a' });
  expect(repo.git('ls-files').split('\n')).toEqual(['.gitignore', 'a']);
  repo.git('config', 'core.autocrlf', 'input');
  repo.commit({ '.gitignore': null, b: 'x\r\n' });
  expect(repo.git('show', 'HEAD:b')).toBe('x');
  repo.write({ '.git/hooks/pre-commit': '#!/bin/sh\nexit 1\n' });
  chmodSync(join(repo.folder, 'hooks/pre-commit'), 0o755);
  expect(() => repo.commit({ c: 'c' })).toThrow('git commit');
});
