/** Which teams a subscription is about: `teams` by id, `tags` by what they carry. */
import { compileGlobSets, type GlobSet } from '../catalogue/configuration/glob-set.ts';
import { plainText, type Json } from '../catalogue/reading/json-value.ts';
import { teamOf, type TeamEntry } from '../catalogue/team.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import { isMapping, nfc } from '../yaml/yaml-text.ts';

export interface ScopeGlobs {
  readonly teams?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** Whether an event is about a team that is in scope after the step, or was before it: so a client sees a team leave. */
export type Scope = (event: Pick<LoggedEvent, 'states'>) => boolean;

/** undefined where every team is in scope. A team has to satisfy both. */
export function compileScope({ teams, tags }: ScopeGlobs): Scope | undefined {
  if (teams === undefined && tags === undefined) return undefined;
  const isWanted = satisfies(teams);
  const isTagged = satisfies(tags);
  const covers = (team: TeamEntry): boolean =>
    isWanted([team.id]) && (tags === undefined || isTagged(tagsOf(team)));
  return ({ states }) => states.some(covers);
}

/** At least one text is included, and none excluded; where globs only exclude, that none is. */
function satisfies(globs: readonly string[] | undefined): (texts: readonly string[]) => boolean {
  if (globs === undefined) return () => true;
  const { included, excluded } = compileGlobSets(globs, true, nfc);
  const matchAny = (some: GlobSet, texts: readonly string[]): boolean => texts.some(some.matches);
  return (texts) => (included.isEmpty || matchAny(included, texts)) && !matchAny(excluded, texts);
}

/** Many clients ask about the same teams: each is opened once. */
const known = new WeakMap<TeamEntry, readonly string[]>();

function tagsOf(team: TeamEntry): readonly string[] {
  const tags = known.get(team) ?? tagTexts(teamOf(team).tags);
  known.set(team, tags);
  return tags;
}

/** What filters may name: {@link tagLines}, and the keys of a mapping. */
const tagTexts = (tags: Json): readonly string[] =>
  isMapping(tags) ? [...Object.keys(tags), ...tagLines(tags)] : tagLines(tags);

/** Of a list its items. Of a mapping `key=value` for each value that is no mapping, of a list for each item. */
export function tagLines(tags: Json): readonly string[] {
  if (!isMapping(tags)) return listOf(tags).map(plainText);
  return Object.entries(tags).flatMap(([key, value]) =>
    listOf(value)
      .filter((item) => !isMapping(item))
      .map((item) => `${key}=${plainText(item)}`),
  );
}

const listOf = (value: Json): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [value];
