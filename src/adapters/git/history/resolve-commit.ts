/** Revisions as people name them -> full ids. */
import { shellWord } from '../../../core/text/shell-word.ts';
import { HistoryError } from '../../../errors.ts';
import { GitCommandError, type Repository } from '../clone/repository.ts';
import { withSettings } from '../settings.ts';
import { lookUpIn } from '../objects.ts';
import { bringTrees } from './missing-contents.ts';

/**
 * The start before the first commit. A branch or tag of this name must be written `refs/heads/root`, `refs/tags/root`.
 */
export const ROOT = 'root';
const FULL_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
/** The id that CI gives if there is no commit. */
const NONE = /^0{40}(?:0{24})?$/;
const SHORT_ID = /^[0-9a-f]{4,63}$/;
/** A plain name of a ref, without anything that git interprets as an expression. */
const NAME = /^[^\s~^:@{}]+$/;
const UPSTREAM = /^(?:branch\..+\.(?:remote|merge)|remote\..+\.fetch)$/;
/** Git's reply for a commit that exists. */
const COMMIT = /^([0-9a-f]+) commit \d+$/;
/** Where git looks for a name, in its order. */
const KINDS = [
  ['tag', 'refs/tags/'],
  ['branch', 'refs/heads/'],
  ['branch of a remote', 'refs/remotes/'],
] as const;

/** The full id of the commit that `ref` names. @throws {HistoryError} if it names none */
export async function resolveCommit(repository: Repository, ref: string): Promise<string> {
  refuseShallow(repository);
  const answers = await ask(repository, questionsOf(ref));
  const [id, ...places] = (answers ?? []).map((answer) => COMMIT.exec(answer)?.[1]);
  if (id === undefined) throw notThere(repository, ref, answers?.at(-1));
  warnOfOthers(repository, ref, id, places);
  await bringTrees(repository, [id]);
  return id;
}

/** As `resolveCommit`, for a start that may also be before the first commit: null. @throws {HistoryError} */
export async function resolveOrRoot(repository: Repository, ref: string): Promise<string | null> {
  if (ref !== ROOT) return resolveCommit(repository, ref);
  refuseShallow(repository);
  const answers = (await ask(repository, KINDS.map(placeOf(ROOT)))) ?? [];
  const named = KINDS.filter((_, index) => COMMIT.test(answers[index] ?? ''));
  for (const [kind, folder] of named) {
    repository.caller.warn(
      `"${ROOT}" is before the first commit, although a ${kind} has this name: for the ${kind} write ${folder}${ROOT}`,
    );
  }
  return null;
}

const placeOf =
  (ref: string) =>
  ([, folder]: (typeof KINDS)[number]): string =>
    `${folder}${ref}^{commit}`;

/**
 * What to ask git about a revision: the commit; for a name, every ref of that name; for a short id, whether it is
 * ambiguous.
 */
function questionsOf(ref: string): readonly string[] {
  if (ref === '' || NONE.test(ref) || /[\0\n]/.test(ref)) return [];
  // For `:/text`, a suffix would become part of the text; it finds only commits anyway.
  if (ref.startsWith(':/')) return [ref];
  if (!NAME.test(ref) || FULL_ID.test(ref)) return [`${ref}^{commit}`];
  const named = KINDS.map(placeOf(ref));
  return [`${ref}^{commit}`, ...named, ...(SHORT_ID.test(ref) ? [ref] : [])];
}

/**
 * One reply per question: `<id> commit <size>`, `<question> missing` or `<question> ambiguous`; undefined if git gives
 * up.
 */
async function ask(
  repository: Repository,
  questions: readonly string[],
): Promise<readonly string[] | undefined> {
  try {
    return await lookUpIn(knowingUpstreams(repository, questions))(questions);
  } catch (error) {
    if (error instanceof GitCommandError) return undefined;
    throw error;
  }
}

/** `main@{upstream}` depends on the clone's configuration, so git is given those settings if it is asked for. */
function knowingUpstreams(repository: Repository, questions: readonly string[]): Repository {
  if (!questions.some((question) => question.includes('@{'))) return repository;
  const settings = repository.configuration.filter(([key]) => UPSTREAM.test(key));
  const environment = withSettings(repository.environment, settings);
  return { ...repository, environment };
}

function warnOfOthers(
  repository: Repository,
  ref: string,
  found: string,
  places: readonly (string | undefined)[],
): void {
  const known = KINDS.filter((_, index) => places[index] !== undefined);
  if (known.length < 2) return;
  const [[kind, folder] = ['', ''], ...others] = known;
  const full = others.map(([, other]) => other + ref).join(' or ');
  repository.caller.warn(
    `${JSON.stringify(ref)} is a ${known.map(([one]) => one).join(' and a ')}: the ${kind} is taken (${folder}${ref}, ` +
      `${found.slice(0, 12)}). For the other write ${full}`,
  );
}

function notThere({ directory }: Repository, ref: string, answer = ''): HistoryError {
  if (ref === 'HEAD') return new HistoryError(`${directory} has no commit yet`, 'Commit something first.');
  if (NONE.test(ref)) {
    return new HistoryError(
      `${ref} is not a commit: CI passes it where there was nothing before (a new branch, a pipeline started by hand)`,
      'Begin at root, for all of history, or at a commit of your choice; or use --cursor, which knows what was sent.',
    );
  }
  if (ref === ROOT) {
    return new HistoryError(
      `"${ROOT}" is before the first commit: a range can begin there, but not end there`,
      'Name a commit.',
    );
  }
  if (answer.endsWith(' ambiguous')) {
    return new HistoryError(
      `${JSON.stringify(ref)} is the beginning of several commit ids in ${directory}`,
      'Give more digits of the commit id.',
    );
  }
  return new HistoryError(`there is no commit ${JSON.stringify(ref)} in ${directory}`, [
    'Check its spelling, or bring it here:',
    `  git -C ${shellWord(directory)} fetch origin`,
  ]);
}

/** @throws {HistoryError} */
export function refuseShallow({ shallow, directory }: Repository): void {
  if (!shallow) return;
  throw new HistoryError(
    `${directory} is a shallow clone; the order of events and what broken files hold need the whole history`,
    ['Complete it (in CI: no depth, GIT_DEPTH: 0):', `  git -C ${shellWord(directory)} fetch --unshallow`],
  );
}

/** Whether `older` equals `newer` or is reachable from it; both are full ids. */
export async function isAncestor(repository: Repository, older: string, newer: string): Promise<boolean> {
  if (older === newer) return true;
  try {
    await repository.git('merge-base', '--is-ancestor', older, newer);
    return true;
  } catch (error) {
    if (error instanceof GitCommandError && error.code === 1) return false;
    throw error;
  }
}

/** @throws {HistoryError} if there is no commit of this full id */
export async function requireCommit(repository: Repository, commit: string): Promise<string> {
  const [answer = ''] = await lookUpIn(repository)([commit]).catch(() => []);
  if (COMMIT.test(answer)) {
    await bringTrees(repository, [commit]);
    return commit;
  }
  throw new HistoryError(`the commit ${commit} is not in ${repository.directory}`, [
    'Bring it here (it is gone everywhere if git answers "not our ref"):',
    `  git -C ${shellWord(repository.directory)} fetch origin ${commit}`,
  ]);
}
