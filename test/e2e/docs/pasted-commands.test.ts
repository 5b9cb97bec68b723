/** The commands that the pages show work as they stand, in a teams repo like the one that the pages speak of. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { copied, teamEvents } from '../../support/program.ts';
import { startReceiver } from '../../support/receiver.ts';
import { createSite } from '../../support/sample-site.ts';
import { team, tempFolder } from '../../support/sample-repo.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** The lines of a page's shell blocks that start the program, without their comments; not of a story, which sets variables. */
function commandsOf(page: string): readonly string[] {
  const text = textOf(page);
  const blocks = [...text.matchAll(/```sh\n(?!export )([^]*?)```/g)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  return blocks
    .map((line) => line.replace(/^TEAM_EVENTS_SEND_SECRET=\S+ | +#.*$| > \S+$/g, ''))
    .filter((line) => /^team-events (?!listen)/.test(line)); // listen goes on until it is told to end
}

/**
 * The commands in the sentences of a page that are whole: more than the name of a command, and nothing to be put in (`NAME`,
 * `…`).
 */
function commandsWithin(page: string): readonly string[] {
  const prose = textOf(page).replace(/```[^]*?```/g, '');
  const found = [...prose.matchAll(/`(team-events [^`]+)`/g)].map(([, command = '']) =>
    command.replace(/\s+/g, ' ').replace(/ > \S+$/, ''),
  );
  const isWhole = (command: string): boolean => / -/.test(command) && !/[A-Z]{3}|…/.test(command);
  return found.filter((command) => isWhole(command) && !/--comment|team-events listen/.test(command)); // ask a forge, do not end
}

it.each([
  ['docs/cursors.md', 10],
  ['docs/check.md', 3],
  ['docs/getting-started.md', 4],
  ['docs/clients.md', 4],
  ['docs/consumers.md', 7],
  ['docs/catalogues.md', 1],
  ['docs/receivers.md', 1],
  ['docs/operations.md', 2],
  ['examples/monitoring/README.md', 1],
  ['examples/gitlab-ci/README.md', 2],
])('%s: each of its %i commands ends with 0', async (page, count) => {
  const receiver = await startReceiver();
  const site = createSite(
    'tag',
    ['gitlab-groups', 'groups']
      .map(
        (name) => `  - { name: ${name}, subscriptions: [{ event: team.created, url: ${receiver.url} }] }\n`,
      )
      .join(''),
  );
  const { author } = site.remote;
  author.git('tag', 'v1');
  author.commit({ 'teams/payments.yml': team('payments', ['alice']) });
  author.git('push', '--quiet', 'origin', 'HEAD:main');
  for (const tag of ['v1.2', 'v2']) author.git('tag', tag);
  const env = {
    TEAM_EVENTS_REPO: site.directory,
    TEAM_EVENTS_CLIENTS: site.clientsPath,
    TEAM_EVENTS_ALLOW_HOST: '127.0.0.1',
    TEAM_EVENTS_PORT: new URL(receiver.url).port,
  };
  const kept = join(tempFolder(), 'events.ndjson');
  const printed = ['-C', site.directory, '--from', 'root', '--print-events', '--format', 'ndjson'];
  writeFileSync(kept, (await teamEvents(printed)).stdout);
  /** What a page names, and what stands for it here. */
  const here = (command: string): string =>
    command
      .replace(/https:\/\/groups\.example\.com|http:\/\/127\.0\.0\.1:3000/, receiver.url)
      .replace(' events.ndjson', ` ${kept}`)
      .replace(/(?:-C teams )?--clients (?:clients\/)?clients\.yml/, '')
      .replace('--clients gitlab.yml', `--clients ${ROOT}/examples/receivers/gitlab.yml`);
  const commands = [...commandsOf(page), ...commandsWithin(page)];
  expect(commands).toHaveLength(count);
  const first = 'team-events --cursor tag:team-events --init';
  for (const command of [first, ...commands]) {
    const { code, stderr } = await copied(here(command), env);
    expect([command, code, code === 0 ? '' : stderr]).toEqual([command, 0, '']);
  }
});
