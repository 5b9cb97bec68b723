/** The commands that the pages show work as they stand, in a teams repo like the one that the pages speak of. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { copied, teamEvents } from '../../support/program.ts';
import { startReceiver } from '../../support/receiver.ts';
import { createSite } from '../../support/sample-site.ts';
import { team, tempFolder } from '../../support/sample-repo.ts';

/** The lines of a page's shell blocks that start the program, without their comments; not of a story, which sets variables. */
function commandsOf(page: string): readonly string[] {
  const text = readFileSync(fileURLToPath(new URL(`../../../${page}`, import.meta.url)), 'utf8');
  const blocks = [...text.matchAll(/```sh\n(?!export )([^]*?)```/g)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  return blocks
    .map((line) => line.replace(/^TEAM_EVENTS_SEND_SECRET=\S+ | +#.*$| > \S+$/g, ''))
    .filter((line) => /^team-events (?!listen)/.test(line)); // listen goes on until it is told to end
}

it.each([
  ['docs/cursors.md', 10],
  ['docs/check.md', 2],
  ['docs/getting-started.md', 4],
  ['docs/clients.md', 4],
  ['docs/consumers.md', 3],
  ['examples/monitoring/README.md', 1],
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
      .replace('--clients clients.yml', '');
  const commands = commandsOf(page);
  expect(commands).toHaveLength(count);
  const first = 'team-events --cursor tag:team-events --init';
  for (const command of [first, ...commands]) {
    const { code, stderr } = await copied(here(command), env);
    expect([command, code, code === 0 ? '' : stderr]).toEqual([command, 0, '']);
  }
});
