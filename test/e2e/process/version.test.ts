/** `--version`: what a report of a problem needs, also where git is missing. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startTeamEvents } from '../../support/program.ts';
import { tempFolder } from '../../support/sample-repo.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };

it('--version is the program’s, on a line of its own, then those of node and git', async () => {
  const git = execFileSync('git', ['version'], { encoding: 'utf8' })
    .replace('git version ', '')
    .split(/\s/)[0];
  expect(await startTeamEvents(['--version'])).toEqual({
    code: 0,
    stdout: `${version}\nnode ${process.versions.node}\ngit ${git}\n`,
    stderr: '',
  });
});

it('--version says that git is missing, and is no failure', async () => {
  expect(await startTeamEvents(['-V'], { env: { PATH: tempFolder() } })).toEqual({
    code: 0,
    stdout: `${version}\nnode ${process.versions.node}\ngit is not in PATH, or cannot be started; 2.34 or newer is needed\n`,
    stderr: '',
  });
});
