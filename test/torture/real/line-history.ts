/** A random teams repository: a bare remote with all commits at once, of which a branch publishes more and more. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogStep } from '../../../src/events/log-step.ts';
import type { Implication, LoggedEvent, TeamEvent } from '../../../src/events/team-event.ts';
import { teamEvents } from '../../support/program.ts';
import { gitEnvironment } from '../../support/sample-repo.ts';
import type { History } from '../due.ts';
import type { Random } from '../random.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const MEMBERS = ['alice', 'bob', 'carol', 'dave'];

export interface TeamsRepo {
  /** The bare repository. */
  readonly remote: string;
  /** Where the program runs. */
  readonly clone: string;
  /** Of the main line, oldest first. */
  readonly commits: readonly string[];
  /** Makes the main branch end at this commit (by index), here and at the remote. */
  publish(commit: number): void;
}

export function git(directory: string, args: readonly string[], input?: string): string {
  const options = { cwd: directory, env: gitEnvironment(), encoding: 'utf8', maxBuffer: 1 << 26 } as const;
  return execFileSync('git', args, {
    ...options,
    stdio: ['pipe', 'pipe', 'pipe'],
    input: input ?? '',
  }).trim();
}

export function createTeamsRepo(folder: string, random: Random, length: number): TeamsRepo {
  const [remote, clone] = [join(folder, 'remote.git'), join(folder, 'clone')];
  git(folder, ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  const marks = join(folder, 'marks');
  git(remote, ['fast-import', '--quiet', `--export-marks=${marks}`], randomCommits(random, length));
  const ids = new Map(
    readFileSync(marks, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [mark: string, id: string]),
  );
  const commits = Array.from({ length }, (_, index) => ids.get(`:${index + 1}`) ?? '');
  git(remote, ['update-ref', 'refs/heads/main', commits[0] ?? '']);
  git(folder, ['clone', '--quiet', '--no-tags', remote, clone]);
  return {
    remote,
    clone,
    commits,
    publish(commit) {
      git(remote, ['update-ref', 'refs/heads/main', commits[commit] ?? '']);
      git(clone, ['fetch', '--quiet', '--no-tags', 'origin']);
    },
  };
}

/** What `git fast-import` reads: one line of commits, each with a mark from 1 on. */
function randomCommits(random: Random, length: number): string {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  let text = 'feature done\n';
  let files = new Set<string>();
  for (let commit = 0; commit < length; commit++) {
    const time = 1_767_603_600 + commit * 60;
    text += `commit refs/heads/all\nmark :${commit + 1}\ncommitter Carl <carl@example.com> ${time} +0000\n`;
    text += data(`Commit ${commit}`);
    const before = files;
    files = new Set(before);
    for (const id of random.some(IDS, commit === 0 ? 0.7 : 0.4)) {
      const free = IDS.filter((other) => !before.has(other) && !files.has(other));
      const leaves = before.has(id) && random.chance(0.4);
      const successor = leaves && free.length > 0 && random.chance(0.5) ? random.pick(free) : undefined;
      const written = leaves ? successor : id;
      if (leaves) {
        text += `D teams/${id}.yml\n`;
        files.delete(id);
      }
      if (written === undefined) continue;
      const members = random.some(MEMBERS, 0.5).join(', ');
      const content = `id: ${written}\nname: ${random.pick(['X', 'Y', 'Z'])}\nmembers: [${members}]\npreviously: [${successor === undefined ? '' : id}]\n`;
      text += `M 100644 inline teams/${written}.yml\n${data(content)}`;
      files.add(written);
    }
    text += '\n';
  }
  return `${text}done\n`;
}

/** The log as the dry run prints it, which knows of no lanes; of the snapshots only the first commit's. */
export async function printedHistory({ remote, commits }: TeamsRepo): Promise<History> {
  const last = commits.at(-1) ?? '';
  const steps = stepsOf(await print(remote, '--from', 'root', '--to', last));
  const first = stepsOf(await print(remote, '--from', 'root', '--to', commits[0] ?? '', '--squash'));
  return {
    commits,
    log: (from, to) => steps.filter((step) => isBetween(commits.indexOf(step.to), from, to)),
    snapshot: (commit) => (commit === 0 ? first : []),
  };
}

const isBetween = (index: number, from: number, to: number): boolean => index > from && index <= to;

async function print(repo: string, ...range: string[]): Promise<string> {
  const args = ['-C', repo, '--print-events', '--format', 'ndjson', ...range];
  const { code, stdout, stderr } = await teamEvents(args);
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
  return stdout;
}

function stepsOf(ndjson: string): LogStep[] {
  const steps = new Map<
    string,
    { readonly from: string | null; readonly events: (readonly [TeamEvent, string])[] }
  >();
  for (const text of ndjson.split('\n').filter((line) => line !== '')) {
    const event = JSON.parse(text) as TeamEvent;
    const { id, parent } = event.data.commit;
    const step = steps.get(id) ?? { from: parent, events: [] };
    step.events.push([event, text]);
    steps.set(id, step);
  }
  return [...steps].map(([to, { from, events }]) => ({
    from,
    to,
    reachable: 0, // nobody asks for these two here
    before: { teams: 0, memberships: 0 },
    events: events.map(([event, text]) => loggedEvent(event, text, events)),
  }));
}

function loggedEvent(
  event: TeamEvent,
  text: string,
  step: readonly (readonly [TeamEvent, string])[],
): LoggedEvent {
  const { id, type, subject, sequence, data } = event;
  // Of a rename, the end of the old id is implied by the modification of its successor.
  const ends = type === 'team.deleted' || type === 'team.members.removed';
  const successor = step.find(([other]) =>
    other.data.changes?.some(({ field, from }) => field === 'id' && from === subject),
  );
  const impliedBy = (data.impliedBy ?? []).map((implying): Implication => {
    const renamed = ends && implying === 'team.modified' ? successor?.[0].subject : undefined;
    return { type: implying, team: renamed ?? subject };
  });
  return { text, id, type, subject, sequence, commit: data.commit.id, people: 0, states: [], impliedBy };
}
