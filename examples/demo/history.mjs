/** What happens to the teams of ../teams-repo, commit by commit. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TEMPLATE = fileURLToPath(new URL('../teams-repo', import.meta.url));

/** The tag on the last commit that the clients know of when the demo begins. */
export const TOLD = 'told';

const COMMITS = [
  { date: '2026-01-05T09:00:00Z', author: 'grace', title: 'Describe our teams', change: () => {} },
  {
    date: '2026-01-12T10:30:00Z',
    author: 'grace',
    title: 'Welcome the Observability team',
    change: (teams) =>
      teams.write(
        'observability',
        'name: Observability\nmembers: [hugo, mona]\ntags: [infrastructure]\nperimeter: logs, metrics and traces\ncontact: "#observability"\n',
      ),
  },
  {
    date: '2026-01-19T08:15:00Z',
    author: 'farid',
    title: 'Noor joins Search',
    change: (teams) => teams.replace('search', '  - emma\n', '  - emma\n  - noor\n'),
  },
  {
    date: '2026-02-02T14:00:00Z',
    author: 'bob',
    title: 'Carol leaves Payments, which takes over refunds',
    change: (teams) => {
      teams.replace('payments', '  - carol\n', '');
      teams.replace('payments', '[core, pci]', '[core, pci, refunds]');
      teams.replace('payments', 'domain: checkout', 'domain: checkout and refunds');
    },
  },
  {
    date: '2026-02-09T16:45:00Z',
    author: 'kim',
    title: 'Mobile is called Apps now',
    change: (teams) => {
      teams.rename('mobile', 'apps');
      teams.replace('apps', 'name: Mobile\n', 'name: Apps\npreviously: mobile\n');
    },
  },
  {
    date: '2026-02-16T11:20:00Z',
    author: 'ines',
    title: 'Say goodbye to the fax gateway',
    change: (teams) => teams.remove('fax-gateway'),
  },
];

/** Makes the repository. Dates and people are fixed, so the commit ids are the same everywhere. */
export function makeTeamsRepo(directory) {
  cpSync(TEMPLATE, directory, { recursive: true });
  git(directory, ['init', '--quiet', '--initial-branch=main', '--template=']);
  const teams = teamsIn(directory);
  for (const [index, { date, author, title, change }] of COMMITS.entries()) {
    change(teams);
    git(directory, ['add', '--all']);
    git(directory, ['commit', '--quiet', '--message', title], { author, date });
    if (index === 0) git(directory, ['tag', TOLD]);
  }
  return git(directory, ['log', '--oneline', '--decorate', '--reverse']);
}

/** Edits team files. A text that is not there is an error: ../teams-repo and this history belong together. */
function teamsIn(directory) {
  const path = (team) => join(directory, 'teams', `${team}.yml`);
  return {
    write: (team, text) => writeFileSync(path(team), text),
    remove: (team) => rmSync(path(team)),
    rename: (team, name) => renameSync(path(team), path(name)),
    replace(team, before, after) {
      const text = readFileSync(path(team), 'utf8');
      if (!text.includes(before))
        throw new Error(`teams/${team}.yml does not hold ${JSON.stringify(before)}`);
      writeFileSync(path(team), text.replace(before, after));
    },
  };
}

/** Of the environment only PATH, and no configuration of the user's: no hook, signature or line ending of theirs. */
export function git(directory, command, { author = 'nobody', date } = {}) {
  return execFileSync(
    'git',
    ['-c', `user.name=${author}`, '-c', `user.email=${author}@example.com`, ...command],
    {
      cwd: directory,
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_DATE: date, // left out where undefined
        GIT_COMMITTER_DATE: date,
      },
    },
  );
}
