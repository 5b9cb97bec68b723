/** Reads the YAML and JSON files of a revision, and finds the teams among them. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { createHistorySource } from '../../adapters/git/history/history.ts';
import { CONFIGURATION_FILE } from '../../core/catalogue/configuration/configuration.ts';
import { createPathMatcher } from '../../core/catalogue/configuration/path-matcher.ts';
import { isFile } from '../../core/catalogue/history.ts';
import { yamlOf } from '../../core/catalogue/reading/team-file.ts';
import { isMapping } from '../../core/yaml/yaml-text.ts';
import { candidatesIn, type Candidate } from './detect/candidates.ts';
import { globsOf } from './detect/globs-of.ts';
import { namesPeople } from './detect/key-words.ts';
import { configurationOf, type CatalogueFile, type Settings } from './detect/reading.ts';
import { settingsOf } from './detect/settings-of.ts';

/** Bounds time and memory; those near the root are read. */
const MAX_FILES = 20_000;
const MAX_SHOWN = 3;
/** Other places are named if they are called teams, or hold so much in comparison. */
const MUCH = 0.2;

export interface Survey {
  /** All paths of the revision. */
  readonly paths: readonly string[];
  /** How many YAML and JSON files were looked at. */
  readonly lookedAt: number;
  /** How many there are beyond the limit. */
  readonly unread: number;
  /** In how many of them people are the keys of a mapping, which is not read. */
  readonly withMappings: number;
  /** undefined if nothing looks like teams. */
  readonly settings: Settings | undefined;
  /** Less likely places. */
  readonly others: readonly OtherPlace[];
}

export interface OtherPlace {
  readonly globs: readonly string[];
  readonly teams: number;
}

/** `only`: globs of the files to look at; none for all. */
export async function surveyTeams(
  repository: Repository,
  revision: string,
  only: readonly string[],
  stop: AbortSignal,
): Promise<Survey> {
  const history = createHistorySource(repository, stop);
  const tree = (await history.files(revision)).filter(isFile);
  const matcher = createPathMatcher(only.length > 0 ? only : ['**/*.{yml,yaml,json}']);
  const all = tree
    .filter(({ path }) => path !== CONFIGURATION_FILE && matcher.matches(path))
    .sort((a, b) => depthOf(a.path) - depthOf(b.path));
  const chosen = all.slice(0, MAX_FILES);
  const files: CatalogueFile[] = [];
  if (chosen.length > 0) {
    const stream = history.blobs(chosen.map(({ blob }) => blob));
    for await (const blobs of stream.batches())
      for (const blob of blobs) files.push({ path: chosen[files.length]?.path ?? '', blob });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const readable = files.flatMap(documentsOf);
  const [best, ...others] = candidatesIn(readable);
  const settings = best && settingsOf(best, files);
  const chosenFiles = settings && configurationOf(settings);
  return {
    paths: tree.map(({ path }) => path),
    lookedAt: files.length,
    withMappings: readable.filter(({ documents }) => documents.some(hasPeopleMapping)).length,
    unread: all.length - chosen.length,
    settings,
    others: others
      .filter(({ score, isNamed }) => isNamed || score >= (best?.score ?? 0) * MUCH)
      .filter((one) => !one.files.every(({ path }) => chosenFiles?.matches(path)))
      .slice(0, MAX_SHOWN)
      .map((one) => otherPlace(one, files)),
  };
}

const depthOf = (path: string): number => path.split('/').length;

function documentsOf({ path, blob }: CatalogueFile) {
  const yaml = yamlOf(blob);
  return yaml.ok && yaml.value.cycle === undefined ? [{ path, documents: yaml.value.documents }] : [];
}

const otherPlace = ({ files, teams }: Candidate, all: readonly CatalogueFile[]): OtherPlace => ({
  globs: globsOf(
    files.map(({ path }) => path),
    all.map(({ path }) => path),
  ),
  teams,
});

const hasPeopleMapping = (document: unknown): boolean =>
  isMapping(document) &&
  Object.entries(document).some(([key, value]) => namesPeople(key) && isMapping(value));
