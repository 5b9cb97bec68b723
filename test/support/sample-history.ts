/** A git history in memory: what the walk asks of a repository, answered from a list of commits. */
import { createHash } from 'node:crypto';
import type { Configuration } from '../../src/core/catalogue/configuration/configuration.ts';
import type { FileChange, HistorySource, Step, TreeFile } from '../../src/core/catalogue/history.ts';
import { MAX_FILE_BYTES, type Blob } from '../../src/core/catalogue/reading/team-file.ts';
import type { TeamEntry } from '../../src/core/catalogue/team.ts';
import { CatalogueWalk } from '../../src/core/catalogue/walk.ts';
import { type CatalogueStep } from '../../src/core/catalogue/catalogue-step.ts';

/** A file's text or bytes; links and submodules by what they point to. */
export type SampleFile = string | Uint8Array | { readonly link: string } | { readonly submodule: string };

/** All files of one revision, by path. */
export type SampleTree = Readonly<Record<string, SampleFile>>;

export interface SampleCommit {
  readonly tree: SampleTree;
  /** Index of the first parent: the commit before where absent, null for a root. */
  readonly parent?: number | null;
}

export interface SampleHistory extends HistorySource {
  /** The full id of the commit at an index. */
  id(commit: number): string;
  /** The step between any two commits; `from` null is before the first one. */
  step(from: number | null, to: number): Step;
  /** One step for each commit of `(from, to]` along first parents, oldest first. */
  steps(from: number | null, to: number): Step[];
  /** Commits from the root to `commit` along first parents. */
  line(commit: number): number[];
}

const hash = (content: string | Uint8Array): string => createHash('sha1').update(content).digest('hex');

/** `inOrder`: the order in which `files` lists the paths of a tree; git promises none. */
export function createSampleHistory(
  commits: readonly SampleCommit[],
  inOrder: (paths: readonly string[]) => readonly string[] = (paths) => paths,
): SampleHistory {
  const ids = commits.map((_, index) => hash(`commit ${index}`));
  const contents = new Map<string, Blob>();
  const trees = commits.map(
    ({ tree }) =>
      new Map(Object.entries(tree).map(([path, file]) => [path, asTreeFile(path, file)] as const)),
  );

  function asTreeFile(path: string, file: SampleFile): TreeFile {
    if (typeof file === 'object' && 'link' in file) return { path, kind: 'link', blob: hash(file.link) };
    if (typeof file === 'object' && 'submodule' in file) {
      return { path, kind: 'submodule', blob: hash(file.submodule) };
    }
    const bytes = Buffer.from(file);
    const blob = hash(bytes);
    contents.set(blob, { size: bytes.length, bytes: bytes.length > MAX_FILE_BYTES ? undefined : bytes });
    return { path, kind: 'file', blob };
  }

  async function contentOf(blob: string): Promise<Blob> {
    const content = contents.get(blob);
    if (content === undefined) throw new Error(`the sample history has no blob ${blob}`);
    return content;
  }

  const treeOf = (commit: number | null): ReadonlyMap<string, TreeFile> =>
    commit === null ? new Map() : (trees[commit] ?? new Map());

  function parentOf(commit: number): number | null {
    const { parent } = commits[commit] ?? {};
    return parent === undefined ? (commit === 0 ? null : commit - 1) : parent;
  }

  function line(commit: number): number[] {
    const found: number[] = [];
    for (let at: number | null = commit; at !== null; at = parentOf(at)) found.unshift(at);
    return found;
  }

  function changes(from: number | null, to: number): FileChange[] {
    const [before, after] = [treeOf(from), treeOf(to)];
    return [...new Set([...before.keys(), ...after.keys()])]
      .map((path) => ({ path, before: before.get(path), after: after.get(path) }))
      .filter(
        (change) => change.before?.blob !== change.after?.blob || change.before?.kind !== change.after?.kind,
      );
  }

  function id(commit: number): string {
    const found = ids[commit];
    if (found === undefined) throw new Error(`the sample history has no commit ${commit}`);
    return found;
  }

  function step(from: number | null, to: number): Step {
    return {
      from: from === null ? null : id(from),
      commit: {
        id: id(to),
        time: 1_700_000_000 + to * 60,
        author: { name: 'Sample Author', email: 'author@example.com' },
        title: `Commit ${to}`,
      },
      reachable: line(to).length,
      consecutive: parentOf(to) === from,
      changes: changes(from, to),
    };
  }

  return {
    id,
    step,
    line,
    steps(from, to) {
      const whole = line(to);
      const due = from === null ? whole : whole.slice(whole.indexOf(from) + 1);
      return due.map((commit) => step(parentOf(commit), commit));
    },
    files(revision) {
      const tree = treeOf(ids.indexOf(revision));
      return Promise.resolve(inOrder([...tree.keys()]).flatMap((path) => tree.get(path) ?? []));
    },
    blobs(wanted) {
      const stop = new AbortController();
      return {
        async *batches() {
          for (let at = 0, size = 1; at < wanted.length && !stop.signal.aborted; size = (size % 3) + 1) {
            yield await Promise.all(wanted.slice(at, at + size).map(contentOf));
            at += size;
          }
        },
        stop: () => stop.abort(),
      };
    },
    openBlobs: () => ({ read: contentOf, close: () => undefined }),
    async *changesBack(revision, only) {
      for (const commit of line(ids.indexOf(revision)).reverse()) {
        const all = changes(parentOf(commit), commit);
        const asked = only === undefined ? all : all.filter(({ path }) => path === only);
        if (only === undefined || asked.length > 0) yield [{ commit: id(commit), changes: asked }];
      }
    },
  };
}

/** What a walk did at one step, and the catalogue at that time. */
export interface WalkedStep extends CatalogueStep {
  readonly teams: ReadonlyMap<string, TeamEntry>;
}

/** Walks from a commit (null: from nothing) through windows of steps. */
export async function walkThrough(
  history: SampleHistory,
  from: number | null,
  windows: readonly (readonly Step[])[],
  override?: Configuration,
): Promise<{
  readonly walk: CatalogueWalk;
  readonly start: ReadonlyMap<string, TeamEntry>;
  readonly walked: WalkedStep[];
}> {
  const walk = new CatalogueWalk(history, override);
  await walk.start(from === null ? null : history.id(from));
  const teams = () => new Map([...walk.catalogue.teams()].map((entry) => [entry.id, entry]));
  const start = teams();
  const walked: WalkedStep[] = [];
  for await (const step of walk.through(inTurn(windows))) walked.push({ ...step, teams: teams() });
  return { walk, start, walked };
}

async function* inTurn<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  yield* items;
}

/** A history of one line: what changes from commit to commit; undefined takes a file away. */
export function historyOfEdits(
  edits: readonly Readonly<Record<string, SampleFile | undefined>>[],
): SampleHistory {
  let tree: SampleTree = {};
  return createSampleHistory(
    edits.map((edit) => {
      const next = Object.entries({ ...tree, ...edit }).filter(
        (item): item is [string, SampleFile] => item[1] !== undefined,
      );
      tree = Object.fromEntries(next);
      return { tree };
    }),
  );
}
