/** A site with a teams repo, a clients repo and team-events itself, and the pipelines of concourse/ set up for it. */
import { join } from 'node:path';
import { clientOf } from '../support/receiver.ts';
import { team, tempFolder } from '../support/sample-repo.ts';
import { copy, imageBin } from './containers.ts';
import { host, serveSsh, SSH_KEY, type Hosted } from './git-servers.ts';
import { CONSTANT, gitResource, mergeRequest, openPipeline, s3Resource, type Pipeline } from './play.ts';
import { CONCOURSE, parsed, textOf } from './yaml-file.ts';

/** What tests deliver to is on loopback, and need not be waited for. */
export const POLICY = {
  network: { allow: ['127.0.0.1'] },
  delivery: { attempts: 2, retryDelay: '1ms', giveUpAfter: '5s' },
};

export interface Site {
  readonly root: string;
  readonly bin: string;
  readonly teams: Hosted;
  /** Pushes the clients file. */
  clients(entries: string): void;
  /** Commits one more member to the team `a`. */
  advance(): string;
  /** `text` takes the file's place. */
  pipeline(file: string, vars?: Readonly<Record<string, unknown>>, text?: string): Pipeline;
  /** What puts to merge requests said, in order. */
  readonly statuses: readonly string[];
  /** The commit that a client was told. */
  cursor(client: string): string;
}

export function createSite(): Site {
  const root = tempFolder();
  const bin = imageBin();
  serveSsh(root, bin);
  const teams = host(root, 'platform/teams');
  const clients = host(root, 'platform/teams-clients');
  const program = host(root, 'platform/team-events');
  copy(CONCOURSE, join(program.author.directory, 'concourse'));
  program.push({}, 'The program');
  let members = 0;
  const advance = (): string => teams.push({ 'teams/a.yml': team('a', [`member-${members++}`]) });
  advance();
  const statuses: string[] = [];
  return {
    root,
    bin,
    teams,
    statuses,
    advance,
    clients: (entries) => void clients.push({ 'clients.yml': `clients:\n${entries}` }, 'Clients'),
    pipeline: (file, vars = {}, text = textOf(file)) =>
      openPipeline({
        file,
        text,
        bin,
        vars: {
          ...(parsed('vars.example.yml') as object),
          'team-events-policy': POLICY,
          'team-events-git-key': SSH_KEY,
          'team-events-secrets': {},
          'gitlab-token': 'a-token',
          'cursor-access-key-id': 'an-id',
          'cursor-secret-access-key': 'a-key',
          ...vars,
        },
        resource(type, source) {
          if (type === 'git')
            return gitResource(source, join(root, String(source['uri']).replace(/^.*:/, '')));
          if (type === 's3') return s3Resource(source);
          if (type === 'merge-request') return mergeRequest(() => teams.directory, 'main', statuses);
          return CONSTANT;
        },
      }),
    cursor: (client) => teams.git('rev-parse', `team-events/${client}^{commit}`),
  };
}

/** A client from the very first commit on. */
export const fromRoot = (name: string, url: string): string => clientOf(name, url, '    start: snapshot\n');

/** Ten events in six commits. */
export function tenEvents({ push }: Pick<Hosted, 'push'>): void {
  push({ 'teams/a.yml': team('a', ['ann']) });
  push({ 'teams/a.yml': team('a', ['bob']), 'teams/b.yml': team('b', ['ann'], 'tags: [core]\n') });
  push({ 'README.md': 'nothing for teams\n' });
  push({ 'teams/a.yml': team('a', ['bob', 'cyd'], 'perimeter: web\n'), 'teams/c.yml': team('c', []) });
  push({ 'teams/b.yml': null });
  push({ 'teams/b.yml': team('b', ['dan'], 'tags: [core]\n'), 'teams/c.yml': null });
}
