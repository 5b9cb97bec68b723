/** Runs of the built program with a client of RabbitMQ. */
import { teamEvents, type Result } from '../program.ts';
import { ALL_TYPES, clientsFile } from '../receiver.ts';
import { createRepo, team, type SampleRepo } from '../sample-repo.ts';
import { ADMIN, PASSWORD } from './rabbitmq-node.ts';

const VARIABLE = 'TEAM_EVENTS_CLIENT_ONE__PASSWORD';

export interface Entry {
  readonly url: string;
  readonly exchange: string;
  readonly user?: string;
  readonly more?: string;
  readonly events?: string;
}

/** A client `one` that is sent all types of events, or these. */
export const entryOf = ({ url, exchange, user = ADMIN, more = '', events = ALL_TYPES }: Entry): string =>
  `  - name: one\n    rabbitmq: { url: "${url}", auth: { username: ${user}, password: "\${PASSWORD}" }, exchange: ${exchange} }\n` +
  `${more}    subscriptions: [{ events: ${events} }]\n`;

/** Four events are sent of it. */
export function sampleRepo(): SampleRepo {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['alice']) }, 'Create a');
  repo.commit({ 'teams/a.yml': team('a', ['alice', 'böb']) }, 'Add böb');
  repo.commit({ 'teams/a.yml': null, 'teams/b.yml': team('b', []) }, 'Replace a by b');
  return repo;
}

/** Without a cursor, unless `args` name one. */
export function sendRange(
  repo: SampleRepo,
  entries: string,
  args: readonly string[] = ['--from', 'root'],
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const common = ['-C', repo.directory, '--clients', clientsFile(entries), '--allow-host', '127.0.0.1'];
  return teamEvents([...args, ...common, '--retry-delay', '1ms', '--attempts', '1'], {
    env: { [VARIABLE]: PASSWORD, ...env },
  });
}
