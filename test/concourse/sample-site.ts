/** A site with a teams repo, a clients repo and team-events itself, and the pipelines of concourse/ set up for it. */
import { join } from 'node:path';
import { clientOf } from '../support/receiver.ts';
import { team, tempFolder } from '../support/sample-repo.ts';
import { copy, imageBin } from './containers.ts';
import { host, serveSsh, SSH_KEY, type Hosted } from './git-servers.ts';
import { openPipeline, type Pipeline } from './play.ts';
import {
  gitResource,
  imageResource,
  mergeRequestResource,
  s3Resource,
  timeResource,
  type CommitStatus,
  type Mapping,
  type Resource,
} from './resources.ts';
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
  clients(entries: string, title?: string): void;
  /** Commits one more member to the team `a`. */
  advance(): string;
  /** `text` takes the file's place; `more` are resources, by name, beside those that the pipelines have. */
  pipeline(file: string, vars?: Mapping, text?: string, more?: Readonly<Record<string, Resource>>): Pipeline;
  /** What was told of merge requests, in order. */
  readonly statuses: readonly CommitStatus[];
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
  const statuses: CommitStatus[] = [];
  return {
    root,
    bin,
    teams,
    statuses,
    advance,
    clients: (entries, title = 'Clients') =>
      void clients.push({ 'clients.yml': `clients:\n${entries}` }, title),
    pipeline: (file, vars = {}, text = textOf(file), more = {}) =>
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
        resource(type, source, name) {
          const own = more[name];
          if (own !== undefined) return own;
          if (type === 'git')
            return gitResource(source, join(root, String(source['uri']).replace(/^.*:/, '')));
          if (type === 's3') return s3Resource(source);
          if (type === 'time') return timeResource(source);
          if (type === 'merge-request') return mergeRequestResource(source, teams.directory, statuses);
          if (type === 'registry-image') return imageResource;
          throw new Error(`no stand-in for the type ${type}`);
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
