/** A random teams repository: a bare remote with all commits at once, of which a branch publishes more and more. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogStep } from '../../../src/core/events/log-step.ts';
import type { Implication, LoggedEvent, TeamEvent } from '../../../src/core/events/team-event.ts';
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
  /** Of the main line, oldest first; after them those of the line that takes its place. */
  readonly commits: readonly string[];
  readonly rewrite?: History['rewrite'];
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

/** With `rewritten` commits of a second line, from any commit of the first on. */
export function createTeamsRepo(folder: string, random: Random, length: number, rewritten = 0): TeamsRepo {
  const fork = rewritten > 0 ? random.int(0, length - 1) : length - 1;
  const [remote, clone] = [join(folder, 'remote.git'), join(folder, 'clone')];
  git(folder, ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  const marks = join(folder, 'marks');
  git(
    remote,
    ['fast-import', '--quiet', `--export-marks=${marks}`],
    randomCommits(random, length, rewritten, fork),
  );
  const ids = new Map(
    readFileSync(marks, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [mark: string, id: string]),
  );
  const commits = Array.from({ length: length + rewritten }, (_, index) => ids.get(`:${index + 1}`) ?? '');
  git(remote, ['update-ref', 'refs/heads/main', commits[0] ?? '']);
  git(folder, ['clone', '--quiet', '--no-tags', remote, clone]);
  return {
    remote,
    clone,
    commits,
    ...(rewritten > 0 && { rewrite: { fork, first: length } }),
    publish(commit) {
      git(remote, ['update-ref', 'refs/heads/main', commits[commit] ?? '']);
      git(clone, ['fetch', '--quiet', '--no-tags', 'origin']);
    },
  };
}

/** What `git fast-import` reads: lines of commits, each with a mark from 1 on. Their clocks are wrong now and then. */
function randomCommits(random: Random, length: number, rewritten: number, fork: number): string {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  let text = 'feature done\n';
  const filesOf: Set<string>[] = [];
  for (let commit = 0; commit < length + rewritten; commit++) {
    const skew = random.chance(0.3) ? random.int(-1_000_000, 1_000_000) : 0;
    const time = 1_767_603_600 + commit * 60 + skew;
    const branch = commit < length ? 'all' : 'new';
    text += `commit refs/heads/${branch}\nmark :${commit + 1}\ncommitter Carl <carl@example.com> ${time} +0000\n`;
    text += data(`Commit ${commit}`);
    if (commit === length) text += `from :${fork + 1}\n`;
    const before = filesOf[commit === length ? fork : commit - 1] ?? new Set<string>();
    const files = new Set(before);
    filesOf.push(files);
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
export async function printedHistory({ remote, commits, rewrite }: TeamsRepo): Promise<History> {
  const at = (index: number): string => commits[index] ?? '';
  const end = commits.length - 1;
  const { fork, first: newLine } = rewrite ?? { fork: end, first: commits.length };
  const steps = stepsOf(await print(remote, '--from', 'root', '--to', at(newLine - 1)));
  const first = stepsOf(await print(remote, '--from', 'root', '--to', at(0), '--squash'));
  const onwards =
    rewrite === undefined ? [] : stepsOf(await print(remote, '--from', at(fork), '--to', at(end)));
  const net = new Map<number, readonly LogStep[]>();
  for (let from = fork + 1; from < newLine; from++) {
    net.set(
      from,
      stepsOf(await print(remote, '--from', at(from), '--to', at(end), '--on-rewrite', 'squash')),
    );
  }
  return {
    commits,
    ...(rewrite && { rewrite }),
    log(from, to) {
      if (to === end && net.has(from)) return net.get(from) ?? [];
      const isOf = ({ to: commit }: LogStep): boolean => isBetween(commits.indexOf(commit), from, to);
      if (to < newLine) return steps.filter(isOf);
      const shared = steps.filter((step) => isOf(step) && commits.indexOf(step.to) <= fork);
      return [...shared, ...onwards.filter(isOf)];
    },
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
    ...(from === null && events[0]?.[0].data.snapshot !== true && { root: true }),
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
