/** Runs that send two events to a scripted server of AMQP. */
import { teamEvents, type Result } from '../program.ts';
import { clientsFile } from '../receiver.ts';
import { createRepo, team } from '../sample-repo.ts';

export const PASSWORD = 'a password';

/** `more`: lines of the client. The range is of two commits, each with a new team: `a`, then `b`. */
export function send(port: number, args: readonly string[] = [], more = ''): Promise<Result> {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['alice']) }, 'One');
  repo.commit({ 'teams/b.yml': team('b', ['bob']) }, 'Two');
  const clients = clientsFile(
    `  - name: one\n    rabbitmq: { url: 'amqp://127.0.0.1:${port}/v', auth: { username: u, password: '\${PASSWORD}' }, exchange: e }\n` +
      `${more}    subscriptions: [{ event: team.created }]\n`,
  );
  const range = ['-C', repo.directory, '--from', 'root', '--clients', clients];
  const local = ['--allow-host', '127.0.0.1', '--retry-delay', '1ms'];
  return teamEvents([...range, ...local, ...args], { env: { TEAM_EVENTS_CLIENT_ONE__PASSWORD: PASSWORD } });
}
