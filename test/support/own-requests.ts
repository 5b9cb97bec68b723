/** A client whose requests are its own, and a team with three members. */
import { toLoopback } from './loopback.ts';
import { teamEvents, type Result } from './program.ts';
import { clientsFile } from './receiver.ts';
import { createRepo, team, type SampleRepo } from './sample-repo.ts';

export const deliver = (
  repo: SampleRepo,
  clients: string,
  args: readonly string[] = ['--from', 'root'],
  attempts = '3',
): Promise<Result> =>
  teamEvents([...toLoopback(repo.directory, clients, args), '--attempts', attempts], {
    env: { TEAM_EVENTS_CLIENT_ONE__TOKEN: 's3cret' },
  });

export const client = (...subscriptions: readonly string[]): string =>
  clientsFile(
    `  - name: one\n    auth: { bearer: '\${TOKEN}' }\n    subscriptions:\n${subscriptions.map((one) => `      - ${one}\n`).join('')}`,
  );

/** a, with alice, bob and carol. */
export function people(): SampleRepo {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['alice', 'bob', 'carol']) });
  return repo;
}
