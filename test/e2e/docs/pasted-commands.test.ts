/** The commands that the pages show work as they stand, in a teams repo like the one that the pages speak of. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { copied } from '../../support/program.ts';
import { startReceiver } from '../../support/receiver.ts';
import { createSite } from '../../support/sample-site.ts';
import { team } from '../../support/sample-repo.ts';

/** The lines of a page's shell blocks that start the program, without their comments; not of a story, which sets variables. */
function commandsOf(page: string): readonly string[] {
  const text = readFileSync(fileURLToPath(new URL(`../../../${page}`, import.meta.url)), 'utf8');
  const blocks = [...text.matchAll(/```sh\n(?!export )([^]*?)```/g)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  return blocks.map((line) => line.replace(/ +#.*$/, '')).filter((line) => line.startsWith('team-events '));
}

it.each([
  ['docs/cursors.md', 10],
  ['docs/check.md', 2],
  ['docs/getting-started.md', 4],
])('%s: each of its %i commands ends with 0', async (page, count) => {
  const receiver = await startReceiver();
  const site = createSite(
    'tag',
    `  - { name: gitlab-groups, subscriptions: [{ event: team.created, url: ${receiver.url} }] }\n`,
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
  };
  const commands = commandsOf(page);
  expect(commands).toHaveLength(count);
  const first = 'team-events --cursor tag:team-events --init';
  for (const command of [first, ...commands]) {
    const { code, stderr } = await copied(command, env);
    expect([command, code, code === 0 ? '' : stderr]).toEqual([command, 0, '']);
  }
});
